// SPDX-License-Identifier: Apache-2.0
/* conns: connection load.
   conns hold  DST PORT tcp|tls COUNT SECONDS        open COUNT connections (source addresses spread over 127.1.x.y), send one
                                                     OPTIONS on each, wait for all replies, hold, print, close
   conns rate  DST PORT tls COUNT [resume]           COUNT sequential-ish full TLS handshakes (window 16), closing each one
   Client side is epoll + OpenSSL memory of its own; certificate not verified (it is loopback and self-signed).
   Environment: TLSVER=1.2|1.3; RST=1 ends every connection with a reset instead of close_notify and FIN */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
static double now(void) { struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t); return t.tv_sec + t.tv_nsec * 1e-9; }
typedef struct { int fd; SSL *s; int st; double t0; } cn; /* st 1 connecting 2 handshake 3 wait reply 4 up 5 dead */
static cn *C; static int ep, tls, rate; static SSL_CTX *X; static struct sockaddr_in D; static const char *dsts; static int dport;
static long up, dead, hs;
static void arm(int i, int ev, int add) { struct epoll_event e = {.events = ev, .data.u32 = i}; epoll_ctl(ep, add ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, C[i].fd, &e); }
static void open_(int i, long serial) {
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), one = 1; char ip[32]; sprintf(ip, "127.1.%ld.%ld", (serial / 200) % 250, serial % 200 + 1);
  setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one); setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  struct linger lg = {1, 0}; if (getenv("RST")) setsockopt(fd, SOL_SOCKET, SO_LINGER, &lg, sizeof lg);
  struct sockaddr_in s = {.sin_family = AF_INET}; inet_pton(AF_INET, ip, &s.sin_addr); if (bind(fd, (void *)&s, sizeof s)) { perror("bind"); exit(1); }
  C[i] = (cn){fd, 0, 1, now()}; if (connect(fd, (void *)&D, sizeof D) && errno != EINPROGRESS) { perror("connect"); exit(1); }
  arm(i, EPOLLOUT | EPOLLIN, 1);
}
static void kill_(int i) { if (C[i].s) { if (C[i].st == 4) SSL_shutdown(C[i].s); SSL_free(C[i].s); } if (C[i].fd >= 0) close(C[i].fd); C[i].fd = -1; C[i].s = 0; }
static int options(int i, char *b) {
  return sprintf(b, "OPTIONS sip:ping@%s SIP/2.0\r\nVia: SIP/2.0/%s 127.1.0.1:5060;branch=z9hG4bKc%d;rport\r\nMax-Forwards: 70\r\nFrom: <sip:c%d@bench.example>;tag=c\r\nTo: <sip:ping@%s>\r\nCall-ID: conn%d\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n", dsts, tls ? "TLS" : "TCP", i, i, dsts, i);
}
static void step(int i) {
  char b[4096]; cn *c = &C[i];
  if (c->st == 1) { int e = 0; socklen_t l = sizeof e; getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &e, &l); if (e) { c->st = 5; dead++; kill_(i); return; }
    if (tls) { c->s = SSL_new(X); SSL_set_fd(c->s, c->fd); SSL_set_connect_state(c->s); c->st = 2; } else c->st = 3, (void)!write(c->fd, b, options(i, b)), arm(i, EPOLLIN, 0); }
  if (c->st == 2) { int r = SSL_do_handshake(c->s); if (r == 1) { hs++; if (rate) { c->st = 4; up++; return; } c->st = 3; SSL_write(c->s, b, options(i, b)); arm(i, EPOLLIN, 0); }
    else { int e = SSL_get_error(c->s, r); if (e == SSL_ERROR_WANT_READ) arm(i, EPOLLIN, 0); else if (e == SSL_ERROR_WANT_WRITE) arm(i, EPOLLOUT, 0); else { c->st = 5; dead++; kill_(i); } return; } }
  if (c->st == 3 || c->st == 4) { int k = tls ? SSL_read(c->s, b, sizeof b) : read(c->fd, b, sizeof b);
    if (k > 0) { if (c->st == 3) { c->st = 4; up++; } } else if (tls ? (SSL_get_error(c->s, k) != SSL_ERROR_WANT_READ) : (k == 0 || errno != EAGAIN)) { if (c->st == 4) up--; c->st = 5; dead++; kill_(i); } }
}
int main(int ac, char **v) {
  if (ac < 6 || strncmp(v[2], "127.", 4)) return 2;
  rate = !strcmp(v[1], "rate"); dsts = v[2]; dport = atoi(v[3]); tls = !strcmp(v[4], "tls"); long N = atol(v[5]); double hold = ac > 6 ? atof(v[6]) : 0; if (N > 200000) N = 200000;
  D = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(dport)}; inet_pton(AF_INET, dsts, &D.sin_addr);
  X = SSL_CTX_new(TLS_client_method()); SSL_CTX_set_session_cache_mode(X, SSL_SESS_CACHE_OFF); SSL_CTX_set_mode(X, SSL_MODE_RELEASE_BUFFERS);
  const char *tv = getenv("TLSVER"); if (tv && !strcmp(tv, "1.2")) SSL_CTX_set_max_proto_version(X, TLS1_2_VERSION); else SSL_CTX_set_min_proto_version(X, TLS1_2_VERSION);
  ep = epoll_create1(0); int W = rate ? 16 : N; C = calloc(W, sizeof *C); long opened = 0; struct epoll_event ev[256]; double t0 = now();
  if (rate) {
    for (int i = 0; i < W && opened < N; i++) open_(i, opened++);
    while (up + dead < N && now() - t0 < 120) { int k = epoll_wait(ep, ev, 256, 100); for (int j = 0; j < k; j++) { int i = ev[j].data.u32; if (C[i].fd < 0) continue; step(i); if (C[i].st >= 4) { kill_(i); if (opened < N) open_(i, opened++); } } }
  } else {
    long inflight = 0; (void)inflight;
    while (up + dead < N && now() - t0 < 120) {
      while (opened < N && opened - up - dead < 64) { open_(opened, opened); opened++; }
      int k = epoll_wait(ep, ev, 256, 100); for (int j = 0; j < k; j++) { int i = ev[j].data.u32; if (C[i].fd >= 0) step(i); }
    }
  }
  double w = now() - t0; struct rusage r; getrusage(RUSAGE_SELF, &r);
  printf("{\"up\":%ld,\"dead\":%ld,\"handshakes\":%ld,\"wall\":%.3f,\"per_s\":%.0f,\"gen_cpu_s\":%.3f}\n", up, dead, hs, w, (up + dead) / w, r.ru_utime.tv_sec + r.ru_utime.tv_usec * 1e-6 + r.ru_stime.tv_sec + r.ru_stime.tv_usec * 1e-6);
  fflush(stdout);
  if (!rate) { double e = now() + hold; while (now() < e) { int k = epoll_wait(ep, ev, 256, 100); for (int j = 0; j < k; j++) { int i = ev[j].data.u32; if (C[i].fd >= 0) step(i); } } }
  if (!rate) for (int i = 0; i < W; i++) if (C[i].fd >= 0) kill_(i);
  return 0;
}
