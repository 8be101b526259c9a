// SPDX-License-Identifier: Apache-2.0
// What an operator can do about an errno.
#include "base/failure.h"

#include <array>
#include <cerrno>
#include <string_view>
#include <system_error>

namespace ringfence::base {
namespace {

struct Advice {
  int error;
  std::string_view next;
};
constexpr auto kAdvice = std::to_array<Advice>({
    {EACCES, "give it to the user that runs ringfence (chown -R), or choose another --data directory"},
    {EPERM, "give it to the user that runs ringfence (chown -R), or choose another --data directory"},
    {EROFS, "mount the file system writable, or choose another --data directory"},
    {ENOSPC, "free some space on that file system, or choose another --data directory"},
    {EDQUOT, "raise the disk quota of the user that runs ringfence"},
    {EFBIG, "raise the file size limit (ulimit -f) of the process"},
    {EMFILE, "raise the limit of open files (ulimit -n)"},
    {EIO, "check the disk: the kernel log says more (dmesg)"},
    {ENOTDIR, "choose another directory with --data DIR"},
    {EEXIST, "choose another directory with --data DIR"},
});

}  // namespace

std::unexpected<Failure> fail_file(std::string what, int error) {
  std::string_view next;
  for (const Advice& advice : kAdvice) {
    if (advice.error == error) next = advice.next;
  }
  return fail(std::move(what), std::generic_category().message(error), std::string{next});
}

}  // namespace ringfence::base
