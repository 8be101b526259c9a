// SPDX-License-Identifier: Apache-2.0
/* udpecho IP PORT BATCH: one-thread UDP echo. BATCH 1 = epoll + recvfrom/sendto, else epoll + recvmmsg/sendmmsg.
   BATCH 0 = sink: recvmmsg 64, count, no reply. BATCH -1 = sink behind a classic BPF socket filter that rejects every
   datagram (the cost of a drop that never reaches user space: look at the sender's CPU).
   On SIGTERM prints packets, and exact CPU. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/filter.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
static volatile int stop; static void h(int s) { stop = 1; }
int main(int c, char **v) {
  int K = atoi(v[3]); if (K > 256) K = 256;
  struct sigaction sa = {.sa_handler = h}; sigaction(SIGTERM, &sa, 0);
  int fd = socket(AF_INET, SOCK_DGRAM, 0), rb = 8 << 20; setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &rb, sizeof rb);
  struct sockaddr_in s = {.sin_family = AF_INET, .sin_port = htons(atoi(v[2]))}; inet_pton(AF_INET, v[1], &s.sin_addr);
  if (bind(fd, (void *)&s, sizeof s)) { perror("bind"); return 1; }
  int sink = K <= 0;
  if (K == -1) { struct sock_filter f[] = {{BPF_LD | BPF_W | BPF_ABS, 0, 0, (unsigned)(SKF_NET_OFF + 12)}, {BPF_JMP | BPF_JEQ | BPF_K, 0, 1, 0x7f004206}, {BPF_RET | BPF_K, 0, 0, 0}, {BPF_RET | BPF_K, 0, 0, 0xffffffff}};
    struct sock_fprog p = {4, f}; if (setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &p, sizeof p)) perror("filter"); }
  if (sink) K = 64;
  int ep = epoll_create1(0); struct epoll_event ev = {.events = EPOLLIN}; epoll_ctl(ep, EPOLL_CTL_ADD, fd, &ev);
  static char b[256][2048]; struct iovec io[256]; struct mmsghdr m[256]; struct sockaddr_in a[256]; memset(m, 0, sizeof m);
  long n = 0, wk = 0;
  while (!stop) {
    if (epoll_wait(ep, &ev, 1, -1) <= 0) continue;
    wk++;
    if (K == 1) { for (;;) { socklen_t l = sizeof a[0]; int k = recvfrom(fd, b[0], 2048, MSG_DONTWAIT, (void *)&a[0], &l); if (k < 0) break; sendto(fd, b[0], k, 0, (void *)&a[0], l); n++; } continue; }
    for (;;) {
      for (int i = 0; i < K; i++) { io[i] = (struct iovec){b[i], 2048}; m[i].msg_hdr = (struct msghdr){.msg_name = &a[i], .msg_namelen = sizeof a[i], .msg_iov = &io[i], .msg_iovlen = 1}; }
      int k = recvmmsg(fd, m, K, MSG_DONTWAIT, 0); if (k <= 0) break;
      if (sink) { n += k; if (k < K) break; continue; }
      for (int i = 0; i < k; i++) io[i].iov_len = m[i].msg_len;
      int o = 0; while (o < k) { int q = sendmmsg(fd, m + o, k - o, 0); if (q <= 0) break; o += q; }
      n += k; if (k < K) break;
    }
  }
  struct rusage r; getrusage(RUSAGE_SELF, &r);
  double u = r.ru_utime.tv_sec + r.ru_utime.tv_usec * 1e-6, y = r.ru_stime.tv_sec + r.ru_stime.tv_usec * 1e-6;
  printf("{\"packets\":%ld,\"wakeups\":%ld,\"user\":%.4f,\"sys\":%.4f,\"ns_per_packet\":%.1f}\n", n, wk, u, y, n ? (u + y) / n * 1e9 : 0.0); return 0;
}
