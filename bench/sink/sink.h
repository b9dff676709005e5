// The far end of the measurements: speaks enough of OSS and S3 to take uploads, and throws the bytes
// away. Left out: everything that costs time without being part of an upload. No signature is checked
// and no body is kept; only the counters remember what came.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
  int port; // 0: any free one
  double latency;         // seconds between the end of a request and its answer
  double connect_latency; // seconds until a new connection is read from
  double connection_rate; // bytes a second for each connection; 0: no limit
  double total_rate;      // bytes a second for all of them together; 0: no limit
  int slow_every;         // every so many connections, one gets only …
  double slow_share;      // … this share of `connection_rate`
  int fail_every;         // one of so many parts fails …
  bool fail_by_reset;     // … by a reset in the middle of its body, or else by 503 after it
  bool crc;               // read the bodies and answer their CRC-64
  const char *certificate, *key; // PEM files; with them the sink speaks TLS
} Options;

extern Options options;

/** Bytes that grow. */
typedef struct {
  char *at;
  size_t length, room;
} Text;

void text_reserve(Text *text, size_t more);
void text_add(Text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
void text_drop(Text *text, size_t count); // the first `count` bytes

typedef struct {
  char method[8], path[1100], query[2048];
  uint64_t length; // of the body
  bool expects_continue, chunked, last_of_connection;
  int part; // number of an UploadPart, otherwise 0
  bool ranged;
  uint64_t first, last; // with `ranged`, both inclusive
  uint64_t zeros;       // the answer ends with so many, besides its text
} Request;

/** Reads the head of a request, `length` bytes that end with an empty line. False: it makes no sense. */
bool read_head(Request *request, const char *head, size_t length);

/** What came as the body of a request. */
typedef struct {
  uint64_t crc; // only with `options.crc`
  Text xml;     // the body itself, where it is kept
} Body;

/** Writes the answer to a request. */
void answer(Text *out, Request *request, const Body *body);
void refuse(Text *out, const Request *request, int status, const char *code);

typedef struct {
  uint64_t connections, requests, attempts, parts, failed, puts, initiates, completes, aborts;
  uint64_t bytes; // of bodies
  uint64_t in_flight, max_in_flight; // parts
} Counters;

extern Counters counters;

uint64_t crc64(uint64_t crc, const void *bytes, size_t count);
/** The CRC-64 of A followed by B, from those of the two and the length of B. */
uint64_t crc64_combine(uint64_t a, uint64_t b, uint64_t length_of_b);
/** False when this build computes nonsense. */
bool crc64_works(void);
