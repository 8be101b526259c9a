// SPDX-License-Identifier: Apache-2.0
/* uringecho IP PORT MODE: io_uring echo, multishot recvmsg with a provided-buffer ring.
   MODE uring: replies as sendmsg SQEs; MODE mix: replies with sendmmsg(2) per completion batch */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <liburing.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
static volatile int stop; static void h(int s) { stop = 1; }
enum { NB = 1024, BS = 2048 };
int main(int c, char **v) {
  int mix = !strcmp(v[3], "mix");
  struct sigaction sa = {.sa_handler = h}; sigaction(SIGTERM, &sa, 0);
  int fd = socket(AF_INET, SOCK_DGRAM, 0), rb = 8 << 20; setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &rb, sizeof rb);
  struct sockaddr_in s = {.sin_family = AF_INET, .sin_port = htons(atoi(v[2]))}; inet_pton(AF_INET, v[1], &s.sin_addr);
  if (bind(fd, (void *)&s, sizeof s)) { perror("bind"); return 1; }
  struct io_uring r; struct io_uring_params p = {.flags = IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN | IORING_SETUP_CQSIZE, .cq_entries = 4096};
  int e = io_uring_queue_init_params(1024, &r, &p); if (e) { fprintf(stderr, "io_uring: %s\n", strerror(-e)); return 1; }
  char *mem = mmap(0, NB * BS, PROT_READ | PROT_WRITE, MAP_ANONYMOUS | MAP_PRIVATE, -1, 0);
  struct io_uring_buf_ring *br = mmap(0, NB * sizeof(struct io_uring_buf), PROT_READ | PROT_WRITE, MAP_ANONYMOUS | MAP_PRIVATE, -1, 0);
  struct io_uring_buf_reg reg = {.ring_addr = (unsigned long)br, .ring_entries = NB, .bgid = 0};
  if ((e = io_uring_register_buf_ring(&r, &reg, 0))) { fprintf(stderr, "buf ring: %s\n", strerror(-e)); return 1; }
  io_uring_buf_ring_init(br);
  for (int i = 0; i < NB; i++) io_uring_buf_ring_add(br, mem + i * BS, BS, i, io_uring_buf_ring_mask(NB), i);
  io_uring_buf_ring_advance(br, NB);
  struct msghdr mh = {.msg_namelen = sizeof(struct sockaddr_in)};
  static struct msghdr om[NB]; static struct iovec oi[NB]; static struct mmsghdr mm[NB]; static int mb[NB];
  struct io_uring_sqe *q = io_uring_get_sqe(&r); io_uring_prep_recvmsg_multishot(q, fd, &mh, 0); q->flags |= IOSQE_BUFFER_SELECT; q->buf_group = 0; q->user_data = 1ull << 40;
  long n = 0, wk = 0, rearm = 0;
  while (!stop) {
    e = io_uring_submit_and_wait(&r, 1); if (e < 0 && e != -EINTR) { fprintf(stderr, "wait %s\n", strerror(-e)); break; }
    wk++;
    unsigned head, cnt = 0; struct io_uring_cqe *cq; int nm = 0, ret = 0;
    io_uring_for_each_cqe(&r, head, cq) {
      cnt++;
      if (cq->user_data == 1ull << 40) {
        if (cq->res >= 0 && (cq->flags & IORING_CQE_F_BUFFER)) {
          int id = cq->flags >> IORING_CQE_BUFFER_SHIFT; char *b = mem + id * BS;
          struct io_uring_recvmsg_out *o = io_uring_recvmsg_validate(b, cq->res, &mh);
          oi[id] = (struct iovec){io_uring_recvmsg_payload(o, &mh), io_uring_recvmsg_payload_length(o, cq->res, &mh)};
          om[id] = (struct msghdr){.msg_name = io_uring_recvmsg_name(o), .msg_namelen = o->namelen, .msg_iov = &oi[id], .msg_iovlen = 1};
          n++;
          if (mix) { mm[nm].msg_hdr = om[id]; mb[nm++] = id; }
          else { q = io_uring_get_sqe(&r); if (!q) { io_uring_submit(&r); q = io_uring_get_sqe(&r); } io_uring_prep_sendmsg(q, fd, &om[id], 0); q->user_data = id; }
        }
        if (!(cq->flags & IORING_CQE_F_MORE)) { rearm++; q = io_uring_get_sqe(&r); if (!q) { io_uring_submit(&r); q = io_uring_get_sqe(&r); } io_uring_prep_recvmsg_multishot(q, fd, &mh, 0); q->flags |= IOSQE_BUFFER_SELECT; q->buf_group = 0; q->user_data = 1ull << 40; }
      } else { io_uring_buf_ring_add(br, mem + cq->user_data * BS, BS, cq->user_data, io_uring_buf_ring_mask(NB), ret++); }
    }
    if (mix) { int o = 0; while (o < nm) { int k = sendmmsg(fd, mm + o, nm - o, 0); if (k <= 0) break; o += k; } for (int i = 0; i < nm; i++) io_uring_buf_ring_add(br, mem + mb[i] * BS, BS, mb[i], io_uring_buf_ring_mask(NB), ret++); }
    if (ret) io_uring_buf_ring_advance(br, ret);
    io_uring_cq_advance(&r, cnt);
  }
  struct rusage ru; getrusage(RUSAGE_SELF, &ru);
  double u = ru.ru_utime.tv_sec + ru.ru_utime.tv_usec * 1e-6, y = ru.ru_stime.tv_sec + ru.ru_stime.tv_usec * 1e-6;
  printf("{\"packets\":%ld,\"wakeups\":%ld,\"rearm\":%ld,\"user\":%.4f,\"sys\":%.4f,\"ns_per_packet\":%.1f}\n", n, wk, rearm, u, y, (u + y) / n * 1e9); return 0;
}
