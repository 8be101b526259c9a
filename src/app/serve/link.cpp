// SPDX-License-Identifier: Apache-2.0
// Frames in and out of a socket pair, with at most one descriptor on its way.
#include "app/serve/link.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "base/assert.h"

namespace ringfence::app {
namespace {

struct Head {
  std::uint32_t size;
  std::uint32_t kind;
  std::uint64_t id;
};
constexpr std::size_t kReadAtOnce = 256 * 1024;

}  // namespace

Link::Link(int descriptor) : descriptor_{descriptor} {
  ::fcntl(descriptor_, F_SETFL, O_NONBLOCK);
}

Link& Link::operator=(Link&& other) noexcept {
  if (this == &other) return *this;
  close();
  descriptor_ = std::exchange(other.descriptor_, -1);
  received_descriptor_ = std::exchange(other.received_descriptor_, -1);
  input_ = std::move(other.input_);
  output_ = std::move(other.output_);
  consumed_ = std::exchange(other.consumed_, 0);
  sent_ = std::exchange(other.sent_, 0);
  return *this;
}

Link::~Link() {
  close();
}

void Link::close() {
  if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
  if (received_descriptor_ >= 0) ::close(std::exchange(received_descriptor_, -1));
}

base::Result<std::pair<int, int>> Link::make_pair() {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    return base::fail("cannot connect two of our processes", std::strerror(errno));
  }
  return std::pair{ends[0], ends[1]};
}

bool Link::send(LinkKind kind, std::uint64_t id, std::string_view payload, int attached) {
  RF_ASSERT(payload.size() <= kMaxPayload);
  if (!open() || output_.size() - sent_ > kMaxQueued) {
    close();
    return false;
  }
  const Head head{static_cast<std::uint32_t>(payload.size()), static_cast<std::uint32_t>(kind), id};
  if (attached >= 0) {
    if (!flush() || wants_write()) return false;
    iovec part{const_cast<Head*>(&head), sizeof head};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    cmsghdr* rights = CMSG_FIRSTHDR(&message);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(sizeof(int));
    std::memcpy(CMSG_DATA(rights), &attached, sizeof attached);
    if (::sendmsg(descriptor_, &message, MSG_NOSIGNAL) != static_cast<ssize_t>(sizeof head)) {
      close();
      return false;
    }
  } else {
    output_.append(reinterpret_cast<const char*>(&head), sizeof head);
  }
  output_.append(payload);
  return flush();
}

bool Link::flush() {
  while (open() && wants_write()) {
    const auto count = ::send(descriptor_, output_.data() + sent_, output_.size() - sent_, MSG_NOSIGNAL);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return true;
    if (count < 0) {
      close();
      return false;
    }
    sent_ += static_cast<std::size_t>(count);
  }
  output_.clear();
  sent_ = 0;
  return open();
}

bool Link::fill() {
  if (!open()) return false;
  if (consumed_ > 0) {
    input_.erase(0, consumed_);
    consumed_ = 0;
  }
  const auto before = input_.size();
  input_.resize(before + kReadAtOnce);
  iovec part{input_.data() + before, kReadAtOnce};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  ssize_t count;
  do {
    count = ::recvmsg(descriptor_, &message, MSG_CMSG_CLOEXEC);
  } while (count < 0 && errno == EINTR);
  input_.resize(before + static_cast<std::size_t>(count > 0 ? count : 0));
  if (count == 0 || (count < 0 && errno != EAGAIN && errno != EWOULDBLOCK)) {
    close();
    return false;
  }
  if (count < 0) return false;
  if (cmsghdr* rights = CMSG_FIRSTHDR(&message); rights != nullptr && rights->cmsg_type == SCM_RIGHTS) {
    if (received_descriptor_ >= 0) ::close(received_descriptor_);
    std::memcpy(&received_descriptor_, CMSG_DATA(rights), sizeof received_descriptor_);
  }
  return true;
}

std::optional<LinkFrame> Link::receive() {
  for (;;) {
    const auto available = input_.size() - consumed_;
    if (available >= sizeof(Head)) {
      Head head;
      std::memcpy(&head, input_.data() + consumed_, sizeof head);
      RF_ASSERT(head.size <= kMaxPayload);  // both ends are ours
      if (available >= sizeof head + head.size) {
        LinkFrame frame{static_cast<LinkKind>(head.kind), head.id,
                        input_.substr(consumed_ + sizeof head, head.size), -1};
        consumed_ += sizeof head + head.size;
        if (frame.kind == LinkKind::NewNeighbour) frame.descriptor = std::exchange(received_descriptor_, -1);
        return frame;
      }
    }
    if (!fill()) return std::nullopt;
  }
}

}  // namespace ringfence::app
