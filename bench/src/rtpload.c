// SPDX-License-Identifier: Apache-2.0
/* rtpload: RTP through a relay. Reads "SRC_IP SRC_PORT RELAY_IP RELAY_PORT" lines (one per direction leg A->relay) and
   "RX IP PORT" lines (sockets that receive what the relay forwards) from a file; each sending socket emits one 172-byte
   packet (12 RTP + 160 G.711) every 20 ms for SECONDS, spread evenly over the 20 ms.
   rtpload FILE SECONDS   prints sent, received, lost, CPU. Senders and receivers are the same sockets: file line
   "A_IP A_PORT RELAY_IP RELAY_PORT" means: socket bound to A sends to RELAY and also receives whatever comes to A. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
static double now(void) { struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t); return t.tv_sec + t.tv_nsec * 1e-9; }
int main(int c, char **v) {
  FILE *f = fopen(v[1], "r"); double secs = atof(v[2]); if (secs > 60) secs = 60;
  static int fd[20000]; int n = 0; char a[64], b[64]; int ap, bp; int ep = epoll_create1(0);
  while (n < 19900 && fscanf(f, "%63s %d %63s %d", a, &ap, b, &bp) == 4) {
    if (strncmp(a, "127.", 4) || strncmp(b, "127.", 4)) return 2;
    int s = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0); struct sockaddr_in x = {.sin_family = AF_INET, .sin_port = htons(ap)}, y = {.sin_family = AF_INET, .sin_port = htons(bp)};
    inet_pton(AF_INET, a, &x.sin_addr); inet_pton(AF_INET, b, &y.sin_addr);
    if (bind(s, (void *)&x, sizeof x)) { perror("bind"); return 1; } if (connect(s, (void *)&y, sizeof y)) { perror("connect"); return 1; }
    struct epoll_event e = {.events = EPOLLIN, .data.fd = s}; epoll_ctl(ep, EPOLL_CTL_ADD, s, &e); fd[n++] = s;
  }
  unsigned char p[172] = {0x80, 8}; static char rb[32][2048]; struct iovec io[32]; struct mmsghdr m[32]; memset(m, 0, sizeof m);
  for (int i = 0; i < 32; i++) { io[i] = (struct iovec){rb[i], 2048}; m[i].msg_hdr.msg_iov = &io[i]; m[i].msg_hdr.msg_iovlen = 1; }
  static struct epoll_event ev[512]; long sent = 0, got = 0, err = 0; double t0 = now(); long total = (long)(secs * 50) * n; double step = 0.02 / n;
  double tend = 0;
  for (;;) {
    double t = now(); long due = (t - t0) / step; if (due > total) due = total; int burst = 0;
    while (sent < due && burst++ < 64) {
      long seq = sent / n; int i = sent % n; p[2] = seq >> 8; p[3] = seq; unsigned ts = seq * 160; p[4] = ts >> 24; p[5] = ts >> 16; p[6] = ts >> 8; p[7] = ts; p[10] = i >> 8; p[11] = i;
      if (send(fd[i], p, 172, 0) < 0) err++; sent++;
    }
    if (sent >= total && !tend) tend = t;
    if (tend && t - tend > 0.5) break;
    int k = epoll_wait(ep, ev, 512, sent < due ? 0 : 1);
    for (int j = 0; j < k; j++) { int q = recvmmsg(ev[j].data.fd, m, 32, MSG_DONTWAIT, 0); if (q > 0) got += q; }
  }
  struct rusage r; getrusage(RUSAGE_SELF, &r); double w = (tend ? tend : now()) - t0;
  printf("{\"sockets\":%d,\"sent\":%ld,\"received\":%ld,\"lost\":%ld,\"err\":%ld,\"wall\":%.3f,\"pps\":%.0f,\"gen_cpu_s\":%.4f}\n", n, sent, got, sent - got, err, w, sent / w,
    r.ru_utime.tv_sec + r.ru_utime.tv_usec * 1e-6 + r.ru_stime.tv_sec + r.ru_stime.tv_usec * 1e-6);
  return 0;
}
