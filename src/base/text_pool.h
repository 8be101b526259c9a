// SPDX-License-Identifier: Apache-2.0
// TextPool: short texts that outlive their message (a remote target, a tag) in recycled pieces of fixed
// sizes.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

namespace ringfence::base {

class TextPool;

/// A text owned by whoever holds the handle; the piece goes back to its pool with it. Never outlives the
/// pool.
class PooledText {
 public:
  PooledText() = default;
  PooledText(PooledText&& other) noexcept { swap(other); }
  PooledText& operator=(PooledText&& other) noexcept {
    swap(other);
    return *this;
  }
  PooledText(const PooledText&) = delete;
  PooledText& operator=(const PooledText&) = delete;
  ~PooledText();

  [[nodiscard]] std::string_view view() const { return {data_, size_}; }
  [[nodiscard]] bool empty() const { return size_ == 0; }

 private:
  friend class TextPool;
  void swap(PooledText& other) noexcept {
    std::swap(pool_, other.pool_);
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    std::swap(size_class_, other.size_class_);
  }

  TextPool* pool_ = nullptr;
  char* data_ = nullptr;
  std::uint16_t size_ = 0;
  std::uint8_t size_class_ = 0;
};

/// Pieces of 32, 64, 128 … 4096 bytes, cut from slabs of 64 KiB that are kept. One thread.
class TextPool {
 public:
  static constexpr std::size_t kLongest = 4096;

  explicit TextPool(std::size_t max_bytes) : max_bytes_{max_bytes} {}
  TextPool(const TextPool&) = delete;
  TextPool& operator=(const TextPool&) = delete;

  /// Copies `text` into `into`, reusing its piece when it is large enough.
  /// @return false when the text is longer than kLongest or the pool is at its bound; `into` is then
  /// unchanged
  [[nodiscard]] bool assign(PooledText& into, std::string_view text) {
    if (text.size() > kLongest) return false;
    const std::uint8_t wanted = class_of(text.size());
    if (into.data_ == nullptr || into.size_class_ < wanted) {
      char* piece = take(wanted);
      if (piece == nullptr) return false;
      PooledText fresh;
      fresh.pool_ = this;
      fresh.data_ = piece;
      fresh.size_class_ = wanted;
      into = std::move(fresh);
    }
    if (!text.empty()) std::memmove(into.data_, text.data(), text.size());
    into.size_ = static_cast<std::uint16_t>(text.size());
    return true;
  }

  [[nodiscard]] std::size_t bytes() const { return slabs_.size() * kSlab; }

 private:
  friend class PooledText;
  static constexpr std::size_t kSmallest = 32;
  static constexpr std::size_t kClasses = 8;
  static constexpr std::size_t kSlab = std::size_t{64} * 1024;
  struct Free {
    Free* next;
  };

  static std::uint8_t class_of(std::size_t size) {
    std::uint8_t size_class = 0;
    for (std::size_t room = kSmallest; room < size; room *= 2) ++size_class;
    return size_class;
  }

  char* take(std::uint8_t size_class) {
    if (free_[size_class] == nullptr && !cut(size_class)) return nullptr;
    Free* piece = free_[size_class];
    free_[size_class] = piece->next;
    return reinterpret_cast<char*>(piece);
  }
  void give(char* data, std::uint8_t size_class) {
    auto* piece = reinterpret_cast<Free*>(data);
    piece->next = free_[size_class];
    free_[size_class] = piece;
  }
  bool cut(std::uint8_t size_class) {
    if (bytes() + kSlab > max_bytes_) return false;
    slabs_.push_back(std::make_unique_for_overwrite<std::byte[]>(kSlab));
    const std::size_t step = kSmallest << size_class;
    for (std::size_t at = 0; at + step <= kSlab; at += step) {
      give(reinterpret_cast<char*>(slabs_.back().get() + at), size_class);
    }
    return true;
  }

  std::size_t max_bytes_;
  std::vector<std::unique_ptr<std::byte[]>> slabs_;
  std::array<Free*, kClasses> free_{};
};

inline PooledText::~PooledText() {
  if (data_ != nullptr) pool_->give(data_, size_class_);
}

}  // namespace ringfence::base
