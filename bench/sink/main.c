// sink: the far end of the measurements. One thread, Linux only. See sink.h for what it is and
// `sink --help` for how it is told to be slow, far or failing.
//
//   cc -O2 -o sink *.c                              HTTP
//   cc -O2 -DWITH_TLS -o sink *.c -lssl -lcrypto    HTTPS as well
#define _GNU_SOURCE
#include "connection.h"
#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>

Options options;

static const char *HELP =
    "sink [--port N] [--latency MS] [--connect-latency MS]\n"
    "     [--connection-rate BYTES/S] [--total-rate BYTES/S] [--slow-every N --slow-share F]\n"
    "     [--fail-every N --fail-by reset|503] [--crc] [--certificate PEM --key PEM]\n"
    "GET /__stats answers counters as JSON, POST /__reset sets them to 0.\n";

static void must(bool condition, const char *what) {
  if (condition) return;
  fprintf(stderr, "sink: %s\n", what);
  exit(1);
}

static void read_options(int count, char **words) {
  for (int i = 1; i < count; i++) {
    const char *name = words[i], *value = i + 1 < count ? words[i + 1] : "";
#define IS(text) !strcmp(name, "--" text)
    if (IS("help")) exit(fputs(HELP, stdout) < 0);
    if (IS("crc")) {
      options.crc = true;
      continue;
    }
    if (IS("port")) options.port = atoi(value);
    else if (IS("latency")) options.latency = atof(value) / 1000;
    else if (IS("connect-latency")) options.connect_latency = atof(value) / 1000;
    else if (IS("connection-rate")) options.connection_rate = atof(value);
    else if (IS("total-rate")) options.total_rate = atof(value);
    else if (IS("slow-every")) options.slow_every = atoi(value);
    else if (IS("slow-share")) options.slow_share = atof(value);
    else if (IS("fail-every")) options.fail_every = atoi(value);
    else if (IS("fail-by")) options.fail_by_reset = !strcmp(value, "reset");
    else if (IS("certificate")) options.certificate = value;
    else if (IS("key")) options.key = value;
    else fprintf(stderr, "sink: no such option: %s\n%s", name, HELP), exit(2);
#undef IS
    i++;
  }
}

static void prepare_tls(void) {
  if (!options.certificate) return;
#ifdef WITH_TLS
  tls_context = SSL_CTX_new(TLS_server_method());
  must(SSL_CTX_use_certificate_chain_file(tls_context, options.certificate) == 1, "no usable certificate");
  must(options.key && SSL_CTX_use_PrivateKey_file(tls_context, options.key, SSL_FILETYPE_PEM) == 1, "no usable key");
  SSL_CTX_set_mode(tls_context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_read_ahead(tls_context, 1);
  SSL_CTX_set_default_read_buffer_len(tls_context, 128 * 1024);
#else
  must(false, "built without TLS");
#endif
}

static int listen_on_loopback(void) {
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), yes = 1, buffer = 128 * 1024;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  // What is paced must not pile up in the kernel of this side.
  if (options.connection_rate > 0 || options.total_rate > 0)
    setsockopt(listener, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)options.port)};
  socklen_t length = sizeof address;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  must(!bind(listener, (struct sockaddr *)&address, sizeof address), "the port is taken");
  must(!listen(listener, 512), "cannot listen");
  getsockname(listener, (struct sockaddr *)&address, &length);
  printf("http%s://127.0.0.1:%d\n", options.certificate ? "s" : "", ntohs(address.sin_port));
  fflush(stdout);
  return listener;
}

/** Milliseconds until somebody must be woken, −1 for nobody. */
static int next_wake(void) {
  uint64_t next = UINT64_MAX, time = now();
  for (Connection *at = connections; at; at = at->next)
    if (at->wake_at && at->wake_at < next) next = at->wake_at;
  if (next == UINT64_MAX) return -1;
  return next <= time ? 0 : (int)((next - time + 999999) / 1000000);
}

/** Those who have waited longest come first, so that they share a line evenly. */
static void wake_up(void) {
  uint64_t time = now();
  for (;;) {
    Connection *first = NULL;
    for (Connection *at = connections; at; at = at->next)
      if (at->wake_at && at->wake_at <= time && (!first || at->wake_at < first->wake_at)) first = at;
    if (!first) return;
    go_on(first);
  }
}

int main(int count, char **words) {
  read_options(count, words);
  must(crc64_works(), "the CRC-64 of this build is wrong");
  prctl(PR_SET_PDEATHSIG, SIGTERM); // no sink outlives the benchmark
  signal(SIGPIPE, SIG_IGN);
  prepare_tls();
  int listener = listen_on_loopback();
  poller = epoll_create1(EPOLL_CLOEXEC);
  total_pace = (Bucket){options.total_rate, 0, now()};
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL}, ready[256];
  epoll_ctl(poller, EPOLL_CTL_ADD, listener, &event);
  for (;;) {
    int events = epoll_wait(poller, ready, 256, next_wake());
    for (int i = 0; i < events; i++) {
      Connection *connection = ready[i].data.ptr;
      if (connection) {
        go_on(connection);
        continue;
      }
      for (int fd; (fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0;) open_connection(fd);
    }
    wake_up();
  }
}
