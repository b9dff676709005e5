#define _GNU_SOURCE
#include "connection.h"
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
  MAX_XML = 8 * 1024 * 1024,
  READ_HEAD = 16 * 1024,
  READ = 1024 * 1024,       // at once, when the kernel throws the bytes away …
  READ_PACED = 64 * 1024,   // … when many share a line, so that each has its turn …
  LEAST_PACED = 16 * 1024,  // … which is not worth waking up for less than this
  TURN = 4 * 1024 * 1024,   // before the next connection has its turn
};

Connection *connections;
Bucket total_pace;
int poller;
#ifdef WITH_TLS
SSL_CTX *tls_context;
#endif
static char scratch[256 * 1024];

uint64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

// -------------------------------------------------------------------- socket

static void wait_for(Connection *connection, uint32_t events) {
  if (connection->events == events) return;
  struct epoll_event event = {.events = events, .data.ptr = connection};
  epoll_ctl(poller, EPOLL_CTL_MOD, connection->fd, &event);
  connection->events = events;
}

static void wait_until(Connection *connection, uint64_t time) {
  connection->wake_at = time;
  wait_for(connection, 0);
}

void open_connection(int fd) {
  int yes = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  Connection *connection = calloc(1, sizeof *connection);
  connection->fd = fd;
  connection->next = connections;
  if (connections) connections->previous = connection;
  connections = connection;
#ifdef WITH_TLS
  if (tls_context) {
    connection->tls = SSL_new(tls_context);
    SSL_set_fd(connection->tls, fd);
    SSL_set_accept_state(connection->tls);
  }
#endif
  counters.connections++;
  // The second is slow, and one of so many after it: clients with few connections meet it as well.
  bool slow = options.slow_every && (counters.connections + (uint64_t)options.slow_every - 2) % (uint64_t)options.slow_every == 0;
  connection->pace = (Bucket){options.connection_rate * (slow ? options.slow_share : 1), 0, now()};
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = connection};
  epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event);
  connection->events = EPOLLIN;
  if (options.connect_latency > 0) wait_until(connection, now() + (uint64_t)(options.connect_latency * 1e9));
}

static void end_part(Connection *connection) {
  if (connection->counted) counters.in_flight--;
  connection->counted = false;
}

static void hang_up(Connection *connection, bool by_reset) {
  end_part(connection);
  struct linger at_once = {1, 0};
  if (by_reset) setsockopt(connection->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
#ifdef WITH_TLS
  SSL_free(connection->tls);
#endif
  close(connection->fd);
  if (connection->previous) connection->previous->next = connection->next;
  else connections = connection->next;
  if (connection->next) connection->next->previous = connection->previous;
  free(connection->in.at), free(connection->out.at), free(connection->body.xml.at), free(connection);
}

#ifdef WITH_TLS
/** A result of OpenSSL in the words of `recv` and `send`. */
static ssize_t tls_result(SSL *tls, int result) {
  if (result > 0) return result;
  int error = SSL_get_error(tls, result);
  ERR_clear_error(); // or the next answer would be about this error, whosever it is
  errno = error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE ? EAGAIN : ECONNRESET;
  return error == SSL_ERROR_ZERO_RETURN ? 0 : -1;
}
#endif

static ssize_t receive(Connection *connection, void *to, size_t room) {
#ifdef WITH_TLS
  if (connection->tls) return tls_result(connection->tls, SSL_read(connection->tls, to, (int)room));
#endif
  // MSG_TRUNC: TCP throws the bytes away without copying them.
  return recv(connection->fd, to, room, to ? 0 : MSG_TRUNC);
}

static ssize_t transmit(Connection *connection, const void *bytes, size_t count) {
#ifdef WITH_TLS
  if (connection->tls) return tls_result(connection->tls, SSL_write(connection->tls, bytes, (int)count));
#endif
  return send(connection->fd, bytes, count, MSG_NOSIGNAL);
}

static bool has_tls(const Connection *connection) {
#ifdef WITH_TLS
  return connection->tls != NULL;
#else
  return connection == NULL;
#endif
}

// -------------------------------------------------------------------- pacing

static void fill(Bucket *bucket, uint64_t time) {
  double most = bucket->rate * 0.02; // 20 ms: so much lateness of this machine costs nothing
  if (most < 2 * LEAST_PACED) most = 2 * LEAST_PACED;
  bucket->saved += (double)(time - bucket->filled_at) / 1e9 * bucket->rate;
  if (bucket->saved > most) bucket->saved = most;
  bucket->filled_at = time;
}

/** How many of `wanted` bytes may be read now; 0: the connection sleeps. */
static size_t allowance(Connection *connection, size_t wanted) {
  Bucket *own = &connection->pace;
  if (!own->rate && !total_pace.rate) return wanted < READ ? wanted : READ;
  uint64_t time = now(), sleep = 2000000;
  size_t allowed = wanted < READ_PACED ? wanted : READ_PACED, least = wanted < LEAST_PACED ? wanted : LEAST_PACED;
  if (own->rate) {
    fill(own, time);
    if (own->saved < (double)allowed) allowed = own->saved > 0 ? (size_t)own->saved : 0;
    double missing = ((double)least - own->saved) / own->rate * 1e9;
    if (missing > (double)sleep) sleep = (uint64_t)missing;
  }
  if (total_pace.rate) {
    fill(&total_pace, time);
    if (total_pace.saved < (double)allowed) allowed = total_pace.saved > 0 ? (size_t)total_pace.saved : 0;
  }
  if (allowed >= least) return allowed;
  wait_until(connection, time + sleep);
  return 0;
}

// ------------------------------------------------------------------ requests

/** Answers once the request is complete, `latency` later. */
static void finish(Connection *connection) {
  Request *request = &connection->request;
  end_part(connection);
  if (connection->fails) {
    counters.failed++;
    refuse(&connection->out, request, 503, "ServiceUnavailable");
  } else {
    answer(&connection->out, request, &connection->body);
  }
  connection->phase = ANSWERING;
  if (options.latency > 0 && strncmp(request->path, "/__", 3))
    wait_until(connection, now() + (uint64_t)(options.latency * 1e9));
}

static void begin_part(Connection *connection) {
  uint64_t every = (uint64_t)options.fail_every;
  connection->fails = every && counters.attempts % every == every / 2;
  counters.attempts++;
  connection->counted = true;
  if (++counters.in_flight > counters.max_in_flight) counters.max_in_flight = counters.in_flight;
}

/** Reads more into `in`. False: the connection is gone, or must wait. */
static bool read_more(Connection *connection) {
  Text *in = &connection->in;
  if (in->length > MAX_XML) return hang_up(connection, true), false;
  text_reserve(in, READ_HEAD);
  ssize_t count = receive(connection, in->at + in->length, READ_HEAD);
  if (count < 0 && errno == EAGAIN) return wait_for(connection, EPOLLIN), false;
  if (count <= 0) return hang_up(connection, false), false;
  in->length += (size_t)count;
  return true;
}

/** Takes in the head of a request. False: the connection is gone, or must wait. */
static bool read_request(Connection *connection) {
  Text *in = &connection->in;
  char *end;
  while (!(end = in->length ? memmem(in->at, in->length, "\r\n\r\n", 4) : NULL))
    if (!read_more(connection)) return false;
  size_t length = (size_t)(end - in->at) + 4;
  if (!read_head(&connection->request, in->at, length)) return hang_up(connection, true), false;
  text_drop(in, length);
  Request *request = &connection->request;
  connection->left = request->length;
  connection->body.crc = 0;
  connection->body.xml.length = 0;
  connection->fails = false;
  if (request->part) begin_part(connection);
  connection->phase = request->chunked ? READING_CHUNKS : READING_BODY;
  if (request->expects_continue && !in->length && connection->left) {
    text_add(&connection->out, "HTTP/1.1 100 Continue\r\n\r\n");
    connection->phase = SAYING_CONTINUE;
    if (options.latency > 0) return wait_until(connection, now() + (uint64_t)(options.latency * 1e9)), false;
  }
  return true;
}

/** `bytes` is NULL where nobody looks at them. */
static void take(Connection *connection, const char *bytes, size_t count) {
  Text *xml = &connection->body.xml;
  connection->left -= count;
  counters.bytes += count;
  if (connection->pace.rate) connection->pace.saved -= (double)count;
  if (total_pace.rate) total_pace.saved -= (double)count;
  if (options.crc && bytes) connection->body.crc = crc64(connection->body.crc, bytes, count);
  if (strcmp(connection->request.method, "POST") || !bytes || xml->length + count > MAX_XML) return;
  text_reserve(xml, count + 1);
  memcpy(xml->at + xml->length, bytes, count);
  xml->at[xml->length += count] = 0;
}

/** Takes in a body whose length nobody knows: they are small, Go sends empty ones like this. */
static bool read_chunks(Connection *connection) {
  Text *in = &connection->in;
  for (size_t size = 1; size;) {
    char *line_end = in->length ? memmem(in->at, in->length, "\r\n", 2) : NULL;
    size = line_end ? strtoul(in->at, NULL, 16) : 1;
    size_t whole = line_end ? (size_t)(line_end - in->at) + 2 + size + 2 : SIZE_MAX;
    if (in->length < whole) {
      if (!read_more(connection)) return false;
      size = 1;
      continue;
    }
    connection->request.length += size, connection->left += size;
    take(connection, line_end + 2, size);
    text_drop(in, whole);
  }
  finish(connection);
  return !connection->wake_at;
}

/** Takes in the body. False: the connection is gone, or must wait. */
static bool read_body(Connection *connection) {
  Text *in = &connection->in;
  if (in->length && connection->left) {
    size_t count = in->length < connection->left ? in->length : (size_t)connection->left;
    take(connection, in->at, count);
    text_drop(in, count);
  }
  bool looks = options.crc || has_tls(connection) || !strcmp(connection->request.method, "POST");
  for (size_t turn = 0; connection->left; ) {
    if (connection->fails && options.fail_by_reset && connection->left <= connection->request.length / 2) {
      counters.failed++;
      return hang_up(connection, true), false;
    }
    size_t allowed = allowance(connection, connection->left);
    if (!allowed) return false;
    if (looks && allowed > sizeof scratch) allowed = sizeof scratch;
    ssize_t count = receive(connection, looks ? scratch : NULL, allowed);
    if (count < 0 && errno == EAGAIN) return wait_for(connection, EPOLLIN), false;
    if (count <= 0) return hang_up(connection, false), false;
    take(connection, looks ? scratch : NULL, (size_t)count);
    // epoll does not see the bytes that OpenSSL holds already, hence by the clock.
    if ((turn += (size_t)count) >= TURN && connection->left) return wait_until(connection, now()), false;
  }
  finish(connection);
  return !connection->wake_at;
}

/** Sends the body of an object. False: the connection is gone, or must wait. */
static bool write_zeros(Connection *connection) {
  static const char zeros[256 * 1024];
  for (uint64_t turn = 0, *left = &connection->request.zeros; *left;) {
    ssize_t count = transmit(connection, zeros, *left < sizeof zeros ? (size_t)*left : sizeof zeros);
    if (count < 0 && errno == EAGAIN) return wait_for(connection, EPOLLOUT), false;
    if (count <= 0) return hang_up(connection, false), false;
    *left -= (uint64_t)count;
    if ((turn += (uint64_t)count) >= TURN && *left) return wait_until(connection, now()), false;
  }
  return true;
}

/** Sends what is to be said. False: the connection is gone, or must wait. */
static bool write_out(Connection *connection) {
  while (connection->sent < connection->out.length) {
    ssize_t count = transmit(connection, connection->out.at + connection->sent, connection->out.length - connection->sent);
    if (count < 0 && errno == EAGAIN) return wait_for(connection, EPOLLOUT), false;
    if (count <= 0) return hang_up(connection, false), false;
    connection->sent += (size_t)count;
  }
  connection->out.length = connection->sent = 0;
  if (!write_zeros(connection)) return false;
  if (connection->phase == SAYING_CONTINUE) {
    connection->phase = connection->request.chunked ? READING_CHUNKS : READING_BODY;
    return true;
  }
  if (connection->request.last_of_connection) return hang_up(connection, false), false;
  connection->phase = READING_HEAD;
  return true;
}

void go_on(Connection *connection) {
  connection->wake_at = 0;
  bool more = true;
  while (more) {
    switch (connection->phase) {
    case READING_HEAD: more = read_request(connection); break;
    case READING_CHUNKS: more = read_chunks(connection); break;
    case READING_BODY: more = read_body(connection); break;
    case SAYING_CONTINUE:
    case ANSWERING: more = write_out(connection); break;
    }
  }
}
