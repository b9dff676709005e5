// What the sink knows of OSS and S3: uploads, their parts, and how answers look.
#define _GNU_SOURCE
#include "sink.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/resource.h>

enum { MAX_PARTS = 10000, MAX_UPLOADS = 1024, MAX_OBJECTS = 4096 };

#define XML "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"

typedef struct {
  uint64_t size, crc, etag;
  bool there;
} Part;

typedef struct {
  char id[33];
  Part *parts; // by number
} Upload;

typedef struct {
  char path[1100];
  uint64_t size, crc, etag;
} Object;

Counters counters;
static Upload uploads[MAX_UPLOADS];
static Object objects[MAX_OBJECTS];
static uint64_t sequence; // makes ids and ETags differ

// ------------------------------------------------------------------ requests

/** The value of a query parameter, "" when it has none, or false. */
static bool parameter(const char *query, const char *name, char *value, size_t room) {
  size_t length = strlen(name);
  for (const char *at = query; *at;) {
    const char *end = strchrnul(at, '&');
    if (!strncmp(at, name, length) && (at[length] == '=' || at + length == end)) {
      const char *from = at[length] == '=' ? at + length + 1 : end;
      snprintf(value, room, "%.*s", (int)(end - from), from);
      return true;
    }
    at = *end ? end + 1 : end;
  }
  return false;
}

static bool has(const char *query, const char *name) {
  char value[2];
  return parameter(query, name, value, sizeof value);
}

static bool copy(char *to, size_t room, const char *from, const char *end) {
  size_t length = (size_t)(end - from);
  if (length >= room) return false;
  memcpy(to, from, length);
  to[length] = 0;
  return true;
}

static void read_header(Request *request, const char *line, const char *end) {
  const char *value = memchr(line, ':', (size_t)(end - line));
  if (!value) return;
  size_t name = (size_t)(value - line);
  do value++;
  while (*value == ' ');
#define IS(text) (name == sizeof text - 1 && !strncasecmp(line, text, name))
  if (IS("content-length")) request->length = strtoull(value, NULL, 10);
  if (IS("transfer-encoding")) request->chunked = !strncasecmp(value, "chunked", 7);
  if (IS("connection") && !strncasecmp(value, "close", 5)) request->last_of_connection = true;
  if (IS("expect")) request->expects_continue = true;
  if (IS("range") && !strncasecmp(value, "bytes=", 6)) {
    char *dash;
    request->first = strtoull(value + 6, &dash, 10);
    request->last = *dash == '-' && dash[1] != '\r' ? strtoull(dash + 1, NULL, 10) : UINT64_MAX;
    request->ranged = true;
  }
#undef IS
}

bool read_head(Request *request, const char *head, size_t length) {
  *request = (Request){0};
  const char *end = memchr(head, '\r', length), *target = memchr(head, ' ', length);
  if (!target || target > end) return false;
  const char *version = memchr(target + 1, ' ', (size_t)(end - target - 1));
  if (!version) return false;
  const char *query = memchr(target, '?', (size_t)(version - target));
  const char *path_end = query ? query : version;
  if (!copy(request->method, sizeof request->method, head, target)) return false;
  if (!copy(request->path, sizeof request->path, target + 1, path_end)) return false;
  if (query && !copy(request->query, sizeof request->query, query + 1, version)) return false;
  for (const char *line = end + 2; line < head + length - 2; line = end + 2) {
    end = memchr(line, '\r', (size_t)(head + length - line));
    if (!end) return false;
    read_header(request, line, end);
  }
  char number[12];
  if (!strcmp(request->method, "PUT") && parameter(request->query, "partNumber", number, sizeof number))
    request->part = atoi(number);
  return true;
}

// ------------------------------------------------------------------- answers

static void begin(Text *out, const Request *request, int status, const char *reason) {
  text_add(out, "HTTP/1.1 %d %s\r\nServer: sink\r\nx-oss-request-id: %024llX\r\nConnection: %s\r\n", status, reason,
           (unsigned long long)counters.requests, request->last_of_connection ? "close" : "keep-alive");
}

static void end(Text *out, const Request *request, const char *body) {
  text_add(out, "Content-Length: %zu\r\n", strlen(body));
  if (*body) text_add(out, "Content-Type: application/xml\r\n");
  text_add(out, "\r\n");
  if (strcmp(request->method, "HEAD")) text_add(out, "%s", body);
}

static void say(Text *out, const Request *request, const char *body) {
  begin(out, request, 200, "OK");
  end(out, request, body);
}

static void add_hash(Text *out, uint64_t etag, int parts, uint64_t crc) {
  text_add(out, "ETag: \"%032llX", (unsigned long long)etag);
  text_add(out, parts ? "-%d\"\r\n" : "\"\r\n", parts);
  if (options.crc) text_add(out, "x-oss-hash-crc64ecma: %llu\r\n", (unsigned long long)crc);
}

void refuse(Text *out, const Request *request, int status, const char *code) {
  char body[512];
  snprintf(body, sizeof body,
           XML "<Error><Code>%s</Code><Message>The sink says no.</Message><RequestId>%024llX</RequestId></Error>", code,
           (unsigned long long)counters.requests);
  begin(out, request, status, code);
  end(out, request, body);
}

// ------------------------------------------------------- uploads and objects

/** The upload that the query names, or NULL. */
static Upload *find_upload(const Request *request) {
  char id[33];
  if (!parameter(request->query, "uploadId", id, sizeof id) || !*id) return NULL;
  Upload *upload = &uploads[strtoull(id + 1, NULL, 16) % MAX_UPLOADS];
  return upload->parts && !strcmp(upload->id, id) ? upload : NULL;
}

static void forget(Upload *upload) {
  free(upload->parts);
  upload->parts = NULL;
}

/** An object takes the place of another with the same hash: the sink needs only the latest. */
static Object *object_at(const char *path) {
  uint64_t hash = 14695981039346656037ull; // FNV-1a
  for (const char *at = path; *at; at++) hash = (hash ^ (uint8_t)*at) * 1099511628211ull;
  return &objects[hash % MAX_OBJECTS];
}

static void store(const Request *request, Object object) {
  snprintf(object.path, sizeof object.path, "%s", request->path);
  *object_at(request->path) = object;
}

static void initiate(Text *out, const Request *request) {
  counters.initiates++;
  Upload *upload = &uploads[++sequence % MAX_UPLOADS];
  forget(upload);
  upload->parts = calloc(MAX_PARTS + 1, sizeof *upload->parts);
  // With a letter: minio-js reads digits as a number, and forgets zeros.
  snprintf(upload->id, sizeof upload->id, "U%llX", (unsigned long long)sequence);
  const char *key = strchrnul(request->path + 1, '/');
  Text body = {0};
  text_add(&body,
           XML "<InitiateMultipartUploadResult><Bucket>%.*s</Bucket><Key>%s</Key><UploadId>%s</UploadId>"
               "</InitiateMultipartUploadResult>",
           (int)(key - request->path - 1), request->path + 1, *key ? key + 1 : "", upload->id);
  say(out, request, body.at);
  free(body.at);
}

static void take_part(Text *out, const Request *request, const Body *body) {
  Upload *upload = find_upload(request);
  if (!upload) return refuse(out, request, 404, "NoSuchUpload");
  if (request->part < 1 || request->part > MAX_PARTS) return refuse(out, request, 400, "InvalidArgument");
  counters.parts++;
  Part *part = &upload->parts[request->part];
  *part = (Part){.size = request->length, .crc = body->crc, .etag = ++sequence, .there = true};
  begin(out, request, 200, "OK");
  add_hash(out, part->etag, 0, part->crc);
  end(out, request, "");
}

static void complete(Text *out, const Request *request, const Body *body) {
  Upload *upload = find_upload(request);
  if (!upload) return refuse(out, request, 404, "NoSuchUpload");
  Object object = {.etag = ++sequence};
  int count = 0, last = 0;
  for (const char *at = body->xml.at; at && (at = strstr(at, "<PartNumber>")); count++) {
    int number = atoi(at += strlen("<PartNumber>"));
    if (number <= last || number > MAX_PARTS || !upload->parts[number].there)
      return refuse(out, request, 400, number <= last ? "InvalidPartOrder" : "InvalidPart");
    Part *part = &upload->parts[last = number];
    object.size += part->size;
    if (options.crc) object.crc = crc64_combine(object.crc, part->crc, part->size);
  }
  if (!count) return refuse(out, request, 400, "MalformedXML");
  counters.completes++;
  store(request, object);
  forget(upload);
  const char *key = strchrnul(request->path + 1, '/');
  Text xml = {0};
  text_add(&xml,
           XML "<CompleteMultipartUploadResult><Location>http://sink%s</Location><Bucket>%.*s</Bucket><Key>%s</Key>"
               "<ETag>\"%032llX-%d\"</ETag></CompleteMultipartUploadResult>",
           request->path, (int)(key - request->path - 1), request->path + 1, *key ? key + 1 : "",
           (unsigned long long)object.etag, count);
  begin(out, request, 200, "OK");
  add_hash(out, object.etag, count, object.crc);
  end(out, request, xml.at);
  free(xml.at);
}

static void put(Text *out, const Request *request, const Body *body) {
  counters.puts++;
  Object object = {.size = request->length, .crc = body->crc, .etag = ++sequence};
  store(request, object);
  begin(out, request, 200, "OK");
  add_hash(out, object.etag, 0, object.crc);
  end(out, request, "");
}

static void head(Text *out, const Request *request) {
  Object *object = object_at(request->path);
  bool there = !strcmp(object->path, request->path);
  begin(out, request, there ? 200 : 404, there ? "OK" : "Not Found");
  if (there) add_hash(out, object->etag, 0, object->crc);
  text_add(out, "Content-Length: %llu\r\n\r\n", (unsigned long long)(there ? object->size : 0));
}

/** Zeros for all that an object holds; the connection sends them. */
static void get(Text *out, Request *request) {
  Object *object = object_at(request->path);
  if (strcmp(object->path, request->path)) return refuse(out, request, 404, "NoSuchKey");
  uint64_t first = request->ranged ? request->first : 0, end_of_range = object->size;
  if (request->ranged && request->last < object->size) end_of_range = request->last + 1;
  if (first >= end_of_range && object->size) return refuse(out, request, 416, "InvalidRange");
  request->zeros = end_of_range - first;
  begin(out, request, request->ranged ? 206 : 200, request->ranged ? "Partial Content" : "OK");
  add_hash(out, object->etag, 0, object->crc);
  if (request->ranged)
    text_add(out, "Content-Range: bytes %llu-%llu/%llu\r\n", (unsigned long long)first,
             (unsigned long long)end_of_range - 1, (unsigned long long)object->size);
  text_add(out, "Content-Length: %llu\r\n\r\n", (unsigned long long)request->zeros);
}

static void list_parts(Text *out, const Request *request) {
  Upload *upload = find_upload(request);
  if (!upload) return refuse(out, request, 404, "NoSuchUpload");
  char value[12];
  int number = parameter(request->query, "part-number-marker", value, sizeof value) ? atoi(value) : 0;
  int left = parameter(request->query, "max-parts", value, sizeof value) ? atoi(value) : 1000, last = number;
  Text body = {0};
  text_add(&body, XML "<ListPartsResult><UploadId>%s</UploadId>", upload->id);
  for (number++; number <= MAX_PARTS && left; number++) {
    Part *part = &upload->parts[number];
    if (!part->there) continue;
    text_add(&body, "<Part><PartNumber>%d</PartNumber><ETag>\"%032llX\"</ETag><Size>%llu</Size>", number,
             (unsigned long long)part->etag, (unsigned long long)part->size);
    if (options.crc) text_add(&body, "<HashCrc64ecma>%llu</HashCrc64ecma>", (unsigned long long)part->crc);
    text_add(&body, "</Part>");
    last = number, left--;
  }
  while (number <= MAX_PARTS && !upload->parts[number].there) number++;
  text_add(&body, "<NextPartNumberMarker>%d</NextPartNumberMarker><IsTruncated>%s</IsTruncated></ListPartsResult>", last,
           number <= MAX_PARTS ? "true" : "false");
  say(out, request, body.at);
  free(body.at);
}

static void tell_counters(Text *out, const Request *request) {
  struct rusage used;
  getrusage(RUSAGE_SELF, &used);
  char body[640];
#define N(name) (unsigned long long)counters.name
  snprintf(body, sizeof body,
           "{\"connections\":%llu,\"requests\":%llu,\"attempts\":%llu,\"parts\":%llu,\"failed\":%llu,\"puts\":%llu,"
           "\"initiates\":%llu,\"completes\":%llu,\"aborts\":%llu,\"bytes\":%llu,\"maxInFlight\":%llu,\"cpu\":%.6f}",
           N(connections), N(requests), N(attempts), N(parts), N(failed), N(puts), N(initiates), N(completes), N(aborts),
           N(bytes), N(max_in_flight),
           (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
               (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6);
#undef N
  say(out, request, body);
}

void answer(Text *out, Request *request, const Body *body) {
  bool has_upload = has(request->query, "uploadId");
#define IS(verb) !strcmp(request->method, verb)
  if (!strcmp(request->path, "/__stats")) return tell_counters(out, request);
  if (!strcmp(request->path, "/__reset")) {
    counters = (Counters){.in_flight = counters.in_flight};
    return say(out, request, "{}");
  }
  counters.requests++;
  if (request->part) return take_part(out, request, body);
  if (IS("POST") && has(request->query, "uploads")) return initiate(out, request);
  if (IS("POST") && has_upload) return complete(out, request, body);
  if (IS("PUT")) return put(out, request, body);
  if (IS("HEAD")) return head(out, request);
  if (IS("GET") && has_upload) return list_parts(out, request);
  // minio-js looks for an upload to go on with.
  if (IS("GET") && has(request->query, "uploads"))
    return say(out, request, XML "<ListMultipartUploadsResult><IsTruncated>false</IsTruncated></ListMultipartUploadsResult>");
  if (IS("GET")) return get(out, request);
  if (IS("DELETE") && has_upload) {
    Upload *upload = find_upload(request);
    if (upload) forget(upload);
    counters.aborts++;
    begin(out, request, 204, "No Content");
    return end(out, request, "");
  }
#undef IS
  refuse(out, request, 501, "NotImplemented");
}
