// One connection: a request after the other, each body counted and thrown away.
#pragma once
#include "sink.h"
#ifdef WITH_TLS
#include <openssl/err.h>
#include <openssl/ssl.h>
#endif

/** What a connection does now. */
typedef enum { READING_HEAD, SAYING_CONTINUE, READING_BODY, READING_CHUNKS, ANSWERING } Phase;

/** A token bucket: `rate` bytes a second, saved up for some milliseconds. */
typedef struct {
  double rate, saved;
  uint64_t filled_at;
} Bucket;

typedef struct Connection {
  int fd;
  Phase phase;
  uint32_t events; // that epoll is asked for
  uint64_t wake_at; // nanoseconds; 0: only when epoll says so
  Text in;         // the head, and what came behind it
  Request request;
  Body body;
  uint64_t left; // bytes of the body
  bool counted;  // among the parts in flight
  bool fails;    // this part is one of those that fail
  Text out;
  size_t sent;
  Bucket pace;
  struct Connection *previous, *next;
#ifdef WITH_TLS
  SSL *tls;
#endif
} Connection;

uint64_t now(void); // nanoseconds

/** Goes on as far as it can without waiting. */
void go_on(Connection *connection);
/** Takes a new connection in. */
void open_connection(int fd);

extern Connection *connections; // all that are open
extern Bucket total_pace;
extern int poller; // the epoll file
#ifdef WITH_TLS
extern SSL_CTX *tls_context;
#endif
