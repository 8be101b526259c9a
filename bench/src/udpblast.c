// SPDX-License-Identifier: Apache-2.0
/* udpblast DST PORT SRC SPORT SIZE WINDOW SECONDS: closed loop against an echo, WINDOW packets outstanding, batch 64 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
static double now(void) { struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t); return t.tv_sec + t.tv_nsec * 1e-9; }
int main(int c, char **v) {
  if (c < 8 || strncmp(v[1], "127.", 4)) return 2;
  int sz = atoi(v[5]), W = atoi(v[6]); double secs = atof(v[7]); if (secs > 30) secs = 30;
  int fd = socket(AF_INET, SOCK_DGRAM, 0), rb = 8 << 20; setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &rb, sizeof rb); setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &rb, sizeof rb);
  struct sockaddr_in s = {.sin_family = AF_INET, .sin_port = htons(atoi(v[4]))}, d = {.sin_family = AF_INET, .sin_port = htons(atoi(v[2]))};
  inet_pton(AF_INET, v[3], &s.sin_addr); inet_pton(AF_INET, v[1], &d.sin_addr);
  if (bind(fd, (void *)&s, sizeof s) || connect(fd, (void *)&d, sizeof d)) { perror("bind"); return 1; }
  enum { K = 64 }; static char b[K][2048]; struct iovec io[K]; struct mmsghdr m[K]; memset(m, 0, sizeof m);
  for (int i = 0; i < K; i++) { io[i] = (struct iovec){b[i], sz}; m[i].msg_hdr.msg_iov = &io[i]; m[i].msg_hdr.msg_iovlen = 1; }
  long out = 0, got = 0, lost = 0; double t0 = now();
  while (now() - t0 < secs) {
    while (out < W) { int n = W - out < K ? W - out : K; for (int i = 0; i < n; i++) io[i].iov_len = sz; int k = sendmmsg(fd, m, n, 0); if (k <= 0) break; out += k; }
    struct pollfd p = {fd, POLLIN, 0}; if (poll(&p, 1, 100) == 0) { lost += out; out = 0; continue; }
    for (;;) { for (int i = 0; i < K; i++) io[i].iov_len = 2048; int k = recvmmsg(fd, m, K, MSG_DONTWAIT, 0); if (k <= 0) break; got += k; out -= k; if (k < K) break; }
    if (out < 0) out = 0;
  }
  double w = now() - t0; struct rusage r; getrusage(RUSAGE_SELF, &r);
  double u = r.ru_utime.tv_sec + r.ru_utime.tv_usec * 1e-6, y = r.ru_stime.tv_sec + r.ru_stime.tv_usec * 1e-6;
  printf("{\"got\":%ld,\"lost\":%ld,\"wall\":%.3f,\"pps\":%.0f,\"gen_user\":%.3f,\"gen_sys\":%.3f}\n", got, lost, w, got / w, u, y); return 0;
}
