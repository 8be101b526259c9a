// SPDX-License-Identifier: Apache-2.0
/* regload: closed-loop REGISTER / OPTIONS generator (one thread, sendmmsg/recvmmsg).
   regload DST PORT SRC SPORT MODE FIRST COUNT WINDOW [SUBS [RATE]]   RATE: begun per second; 0: as fast as they end
     MODE plain   one REGISTER per user, wait for 200
     MODE auth    REGISTER -> 401 -> REGISTER with digest (MD5, qop=auth) -> 200
     MODE reauth  one REGISTER with credentials on a nonce obtained once (a phone refreshing with a live nonce);
                  counts 401 as challenge and falls back to auth
     MODE lookup  OPTIONS sip:uN@bench.example, N pseudo-random in [FIRST, FIRST+SUBS) -> 200, or 480 or 404 when absent.
                  What is relayed to us, as the contact, is answered 200.
   Prints one JSON line. Retransmits after 500 ms; gives up on a user after 8 s. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <openssl/md5.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

static double now(void) { struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t); return t.tv_sec + t.tv_nsec * 1e-9; }
static void hex(const unsigned char *d, char *o) { for (int i = 0; i < 16; i++) sprintf(o + 2 * i, "%02x", d[i]); }
static void md5h(const char *s, char *o) { unsigned char d[16]; MD5((const unsigned char *)s, strlen(s), d); hex(d, o); }

typedef struct { long user; int state; int cseq; double sent, first; char nonce[128]; } slot;
static int mode; static const char *src, *dst; static int sport, dport;
static char gnonce[128]; static unsigned gnc = 0;
static long first, count, subs; static int base; /* CSeq base grows between runs: the registrar refuses a CSeq that falls */

static int build(slot *s, int idx, int gen, char *b) {
  char auth[512] = "";
  if (mode == 3)
    return sprintf(b, "OPTIONS sip:u%ld@%s SIP/2.0\r\nVia: SIP/2.0/UDP %s:%d;branch=z9hG4bKs%d.%d.%d\r\nMax-Forwards: 70\r\n"
      "From: <sip:probe@bench.example>;tag=p%d\r\nTo: <sip:u%ld@bench.example>\r\nCall-ID: o%d.%d@%s\r\nCSeq: %d OPTIONS\r\nContent-Length: 0\r\n\r\n",
      s->user, "bench.example", src, sport, idx, gen, s->cseq, idx, s->user, idx, gen, src, s->cseq); /* cseq: another branch in each run */
  if (s->nonce[0]) {
    char a1[160], h1[33], h2[33], in[400], r[33], nc[12];
    sprintf(a1, "u%ld:bench.example:pw%ld", s->user, s->user);
    md5h(a1, h1); md5h("REGISTER:sip:bench.example", h2);
    sprintf(nc, "%08x", mode == 2 ? ++gnc : 1);
    sprintf(in, "%s:%s:%s:%s:auth:%s", h1, s->nonce, nc, "0a4f113b", h2);
    md5h(in, r);
    sprintf(auth, "Authorization: Digest username=\"u%ld\", realm=\"bench.example\", nonce=\"%s\", uri=\"sip:bench.example\", "
      "response=\"%s\", algorithm=MD5, cnonce=\"0a4f113b\", qop=auth, nc=%s\r\n", s->user, s->nonce, r, nc);
  }
  return sprintf(b, "REGISTER sip:bench.example SIP/2.0\r\nVia: SIP/2.0/UDP %s:%d;branch=z9hG4bKs%d.%d.%d;rport\r\nMax-Forwards: 70\r\n"
    "From: <sip:u%ld@bench.example>;tag=t%ld\r\nTo: <sip:u%ld@bench.example>\r\nCall-ID: r%ld-7c1d2e@%s\r\nCSeq: %d REGISTER\r\n"
    "Contact: <sip:u%ld@10.%ld.%ld.%ld:5060;transport=udp>;expires=3600\r\n%sUser-Agent: baseline-phone/1.0\r\n"
    "Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, NOTIFY\r\nContent-Length: 0\r\n\r\n",
    src, sport, idx, gen, s->cseq, s->user, s->user, s->user, s->user, src, s->cseq, s->user,
    (s->user >> 16) & 255, (s->user >> 8) & 255, s->user & 255, auth);
}

/* The 200 to a request that came to us as a contact: its Via, From, To, Call-ID and CSeq lines, as they are. 0: no request of ours */
static int answer(const char *b, char *o) {
  if (strncmp(b, "OPTIONS sip:", 12)) return 0;
  int n = sprintf(o, "SIP/2.0 200 OK\r\n");
  for (const char *l = strstr(b, "\r\n"); l && l[2] != '\r'; ) {
    l += 2; const char *e = strstr(l, "\r\n"); if (!e || n + (e - l) > 1900) return 0;
    if (!strncmp(l, "Via:", 4) || !strncmp(l, "From:", 5) || !strncmp(l, "Call-ID:", 8) || !strncmp(l, "CSeq:", 5)) n += sprintf(o + n, "%.*s\r\n", (int)(e - l), l);
    if (!strncmp(l, "To:", 3)) n += sprintf(o + n, "%.*s;tag=c\r\n", (int)(e - l), l);
    l = e;
  }
  return n + sprintf(o + n, "Content-Length: 0\r\n\r\n");
}

int main(int c, char **v) {
  if (c < 9) { fprintf(stderr, "see source\n"); return 2; }
  dst = v[1]; dport = atoi(v[2]); src = v[3]; sport = atoi(v[4]);
  mode = !strcmp(v[5], "plain") ? 0 : !strcmp(v[5], "auth") ? 1 : !strcmp(v[5], "reauth") ? 2 : 3;
  first = atol(v[6]); count = atol(v[7]); int W = atoi(v[8]); subs = c > 9 ? atol(v[9]) : count; double rate = c > 10 ? atof(v[10]) : 0;
  struct timespec wall; clock_gettime(CLOCK_REALTIME, &wall);
  base = (int)(((wall.tv_sec - 1790000000ll) * 100 + wall.tv_nsec / 10000000) % 2000000000);  /* hundredths: each run has its own */
  if (strncmp(dst, "127.", 4)) { fprintf(stderr, "loopback only\n"); return 2; }
  int fd = socket(AF_INET, SOCK_DGRAM, 0), rb = 8 << 20;
  setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &rb, sizeof rb); setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &rb, sizeof rb);
  struct sockaddr_in s = {.sin_family = AF_INET, .sin_port = htons(sport)}, d = {.sin_family = AF_INET, .sin_port = htons(dport)};
  inet_pton(AF_INET, src, &s.sin_addr); inet_pton(AF_INET, dst, &d.sin_addr);
  if (bind(fd, (void *)&s, sizeof s) || connect(fd, (void *)&d, sizeof d)) { perror("bind"); return 1; }
  slot *S = calloc(W, sizeof *S); int *gen = calloc(W, sizeof *gen);
  enum { K = 64 };
  static char rbuf[K][4096], sb[K][2048]; struct iovec ri[K], si[K]; struct mmsghdr rm[K], sm[K];
  memset(rm, 0, sizeof rm); memset(sm, 0, sizeof sm);
  for (int i = 0; i < K; i++) { ri[i] = (struct iovec){rbuf[i], 4095}; rm[i].msg_hdr.msg_iov = &ri[i]; rm[i].msg_hdr.msg_iovlen = 1;
    sm[i].msg_hdr.msg_iov = &si[i]; sm[i].msg_hdr.msg_iovlen = 1; }
  int ns = 0; long started = 0, done = 0, ok = 0, fail = 0, rtx = 0, chal = 0, nf = 0, relayed = 0; unsigned long long rnd = 88172645463325252ull;
  float *lat = malloc(sizeof(float) * (count + 1)); long nlat = 0;
#define FLUSH() do { int o = 0; while (o < ns) { int k = sendmmsg(fd, sm + o, ns - o, 0); if (k <= 0) { if (errno == EAGAIN || errno == ENOBUFS) { poll(0,0,1); continue; } if (errno == ECONNREFUSED) continue; perror("send"); return 1; } o += k; } ns = 0; } while (0)
#define QUEUE(i) do { S[i].sent = now(); si[ns] = (struct iovec){sb[ns], build(&S[i], i, gen[i], sb[ns])}; if (++ns == K) FLUSH(); } while (0)
#define NEXT(i) do { if (started < count && (!rate || started < (now() - t0) * rate)) { S[i].user = mode == 3 ? first + (long)((rnd ^= rnd << 13, rnd ^= rnd >> 7, rnd ^= rnd << 17) % subs) : first + started; started++; S[i].state = 1; S[i].cseq = base; \
    gen[i]++; S[i].nonce[0] = 0; if (mode == 2 && gnonce[0]) strcpy(S[i].nonce, gnonce); S[i].first = now(); QUEUE(i); } else S[i].state = 0; } while (0)
  double t0 = now(), lastchk = t0;
  for (int i = 0; i < W; i++) NEXT(i);
  FLUSH();
  while (done < count && now() - t0 < 600) {
    struct pollfd p = {fd, POLLIN, 0}; poll(&p, 1, rate ? 1 : 50);
    int k = recvmmsg(fd, rm, K, MSG_DONTWAIT, 0); double t = now();
    for (int m = 0; m < k; m++) {
      char *b = rbuf[m]; b[rm[m].msg_len] = 0;
      int an = answer(b, sb[ns]);
      if (an) { relayed++; si[ns] = (struct iovec){sb[ns], an}; if (++ns == K) FLUSH(); continue; }
      char *br = strstr(b, "z9hG4bKs"); if (!br) continue;
      int idx, g, cs; if (sscanf(br + 8, "%d.%d.%d", &idx, &g, &cs) != 3) continue;
      if (idx < 0 || idx >= W || g != gen[idx] || cs != S[idx].cseq || !S[idx].state) continue;
      int code = atoi(b + 8); if (code < 200) continue;
      if (code == 401 && S[idx].cseq < base + 2) {
        chal++; char *n = strstr(b, "nonce=\""); if (!n) continue; n += 7; char *e = strchr(n, '"'); if (!e || e - n > 120) continue;
        memcpy(S[idx].nonce, n, e - n); S[idx].nonce[e - n] = 0; if (mode == 2) strcpy(gnonce, S[idx].nonce);
        S[idx].cseq++; QUEUE(idx); continue;
      }
      if (code == 200) ok++; else if (code == 404 || code == 480) nf++; else fail++;
      lat[nlat++] = t - S[idx].first; done++; NEXT(idx);
    }
    if (rate) for (int i = 0; i < W; i++) if (!S[i].state) NEXT(i);
    FLUSH();
    if (t - lastchk > 0.1) { lastchk = t; for (int i = 0; i < W; i++) if (S[i].state) { if (t - S[i].first > 8) { fail++; done++; NEXT(i); } else if (t - S[i].sent > 0.5) { rtx++; QUEUE(i); } } FLUSH(); }
  }
  double w = now() - t0; struct rusage r; getrusage(RUSAGE_SELF, &r);
  int cmp(const void *a, const void *b) { float x = *(float *)a, y = *(float *)b; return x < y ? -1 : x > y; }
  qsort(lat, nlat, sizeof *lat, cmp);
  printf("{\"done\":%ld,\"ok\":%ld,\"notfound\":%ld,\"fail\":%ld,\"retrans\":%ld,\"challenges\":%ld,\"relayed\":%ld,\"wall\":%.4f,\"per_s\":%.1f,\"p50_us\":%.0f,\"p99_us\":%.0f,\"gen_cpu_s\":%.4f}\n",
    done, ok, nf, fail, rtx, chal, relayed, w, done / w, nlat ? lat[nlat / 2] * 1e6 : 0, nlat ? lat[(long)(nlat * .99)] * 1e6 : 0,
    r.ru_utime.tv_sec + r.ru_utime.tv_usec * 1e-6 + r.ru_stime.tv_sec + r.ru_stime.tv_usec * 1e-6);
  return 0;
}
