// SPDX-License-Identifier: Apache-2.0
// Key files and rings: created closed and unique, refused when others could have read them, rotated without
// loss.
#include "crypto/key_file.h"

#include <doctest/doctest.h>
#include <stdlib.h>  // mkdtemp
#include <sys/stat.h>

#include <fstream>
#include <string>

#include "crypto/key_ring.h"

namespace ringfence::crypto {
namespace {

namespace fs = std::filesystem;

class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string name = (fs::temp_directory_path() / "rf-keys-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  ~TemporaryDirectory() { fs::remove_all(path_); }
  [[nodiscard]] fs::path file(std::string_view name) const { return path_ / name; }
  [[nodiscard]] const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

TEST_CASE("a new key file is closed to others, holds 32 bytes and reads back") {
  const TemporaryDirectory home;
  base::SystemRandom random;
  const auto created = create_key_file(home.file("a.key"), random);
  REQUIRE(created.has_value());
  struct stat status{};
  REQUIRE(::stat(home.file("a.key").c_str(), &status) == 0);
  CHECK((status.st_mode & 07777U) == 0600U);
  CHECK(status.st_size == 32);
  CHECK(read_key_file(home.file("a.key")).value() == created.value());
  CHECK(read_or_create_key_file(home.file("a.key"), random).value() == created.value());
  CHECK(std::distance(fs::directory_iterator{home.path()}, fs::directory_iterator{}) ==
        1);  // no draft is left
}

TEST_CASE("two keys are never equal, and a key is never overwritten") {
  const TemporaryDirectory home;
  base::SystemRandom random;
  const auto first = create_key_file(home.file("a.key"), random);
  const auto second = read_or_create_key_file(home.file("b.key"), random);
  REQUIRE(first.has_value());
  REQUIRE(second.has_value());
  CHECK_FALSE(first.value() == second.value());
  const auto again = create_key_file(home.file("a.key"), random);
  REQUIRE_FALSE(again.has_value());
  CHECK(again.error().why == "it exists already");
  CHECK(read_key_file(home.file("a.key")).value() == first.value());
}

TEST_CASE(
    "a key file that others could read, of another size, or that is no file, is refused with a reason") {
  const TemporaryDirectory home;
  base::SystemRandom random;
  const fs::path path = home.file("a.key");
  REQUIRE(create_key_file(path, random).has_value());

  SUBCASE("readable by the group") {
    fs::permissions(path, fs::perms::group_read, fs::perm_options::add);
    const auto read = read_or_create_key_file(path, random);
    REQUIRE_FALSE(read.has_value());
    CHECK(read.error().why == "group or others may open it");
    CHECK(read.error().next.starts_with("chmod 600 "));
  }
  SUBCASE("one byte too long") {
    std::ofstream{path, std::ios::app} << 'x';
    const auto read = read_key_file(path);
    REQUIRE_FALSE(read.has_value());
    CHECK(read.error().why == "it holds 33 bytes where a key has 32");
  }
  SUBCASE("a symbolic link") {
    fs::create_symlink(path, home.file("link.key"));
    CHECK(read_or_create_key_file(home.file("link.key"), random).error().why == "it is a symbolic link");
  }
  SUBCASE("a directory") {
    CHECK(read_key_file(home.path()).error().why == "it is not a regular file");
  }
  SUBCASE("missing") {
    CHECK(read_key_file(home.file("b.key")).error().why == "there is no such file");
  }
  SUBCASE("a directory that does not exist") {
    CHECK_FALSE(create_key_file(home.file("no/such.key"), random).has_value());
  }
}

TEST_CASE("a ring makes its first key, finds it again, and keeps opening after a rotation") {
  const TemporaryDirectory home;
  base::SystemRandom random;
  const fs::path keys = home.file("keys");
  const auto secret = base::as_bytes("HA1");
  std::vector<std::byte> sealed;
  {
    auto ring = KeyRing::open(keys, "ha1", random);
    REQUIRE(ring.has_value());
    CHECK(ring->newest().id == 1);
    sealed = ring->seal(random, base::as_bytes("subscriber 7"), secret);
    REQUIRE(ring->rotate(random).has_value());
    CHECK(ring->newest().id == 2);
  }
  const auto ring = KeyRing::open(keys, "ha1", random);
  REQUIRE(ring.has_value());
  CHECK(ring->newest().id == 2);
  const auto opened = ring->unseal(base::as_bytes("subscriber 7"), sealed);
  REQUIRE(opened.has_value());
  CHECK(base::as_text(*opened) == "HA1");
  CHECK_FALSE(ring->unseal(base::as_bytes("subscriber 8"), sealed).has_value());
  sealed[0] = std::byte{2};  // another key of the same ring
  CHECK_FALSE(ring->unseal(base::as_bytes("subscriber 7"), sealed).has_value());
}

TEST_CASE("rings of two purposes in one directory do not meet, and one bad file refuses its ring") {
  const TemporaryDirectory home;
  base::SystemRandom random;
  const auto nonces = KeyRing::open(home.path(), "nonce", random);
  const auto tokens = KeyRing::open(home.path(), "nonce-token", random);
  REQUIRE(nonces.has_value());
  REQUIRE(tokens.has_value());
  CHECK_FALSE(nonces->newest().key == tokens->newest().key);
  CHECK(KeyRing::open(home.path(), "nonce", random)->entries().size() == 1);

  std::ofstream{home.file("nonce-2.key")} << "not a key";
  CHECK_FALSE(KeyRing::open(home.path(), "nonce", random).has_value());
  CHECK(KeyRing::open(home.path(), "nonce-token", random).has_value());
}

}  // namespace
}  // namespace ringfence::crypto
