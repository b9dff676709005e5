#include "sink.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void text_reserve(Text *text, size_t more) {
  if (text->length + more <= text->room) return;
  text->room = (text->length + more) * 2;
  text->at = realloc(text->at, text->room);
  if (!text->at) abort();
}

void text_add(Text *text, const char *format, ...) {
  va_list values;
  va_start(values, format);
  int length = vsnprintf(NULL, 0, format, values);
  va_end(values);
  text_reserve(text, (size_t)length + 1);
  va_start(values, format);
  vsnprintf(text->at + text->length, (size_t)length + 1, format, values);
  va_end(values);
  text->length += (size_t)length;
}

void text_drop(Text *text, size_t count) {
  text->length -= count;
  if (text->length) memmove(text->at, text->at + count, text->length);
}
