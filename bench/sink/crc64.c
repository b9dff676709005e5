// CRC-64/XZ, which OSS answers as x-oss-hash-crc64ecma: eight bytes a step, eight tables.
#include "sink.h"
#include <string.h>

static const uint64_t POLYNOMIAL = 0xC96C5795D7870F42; // reflected: bit 63 stands for x^0

static uint64_t tables[8][256];

static uint64_t times_x(uint64_t value) { return (value >> 1) ^ (value & 1 ? POLYNOMIAL : 0); }

static void make_tables(void) {
  for (int byte = 0; byte < 256; byte++) {
    uint64_t entry = (uint64_t)byte;
    for (int zeros = 0; zeros < 8; zeros++) {
      for (int bit = 0; bit < 8; bit++) entry = times_x(entry);
      tables[zeros][byte] = entry;
    }
  }
}

uint64_t crc64(uint64_t crc, const void *bytes, size_t count) {
  const uint8_t *at = bytes;
  uint64_t word, r = ~crc;
  for (; count >= 8; at += 8, count -= 8) {
    memcpy(&word, at, 8);
    word ^= r;
    r = 0;
    for (int i = 0; i < 8; i++) r ^= tables[7 - i][(word >> (8 * i)) & 255];
  }
  while (count--) r = (r >> 8) ^ tables[0][(r ^ *at++) & 255];
  return ~r;
}

static uint64_t multiply(uint64_t a, uint64_t b) {
  uint64_t product = 0;
  for (; a; a <<= 1, b = times_x(b))
    if (a >> 63) product ^= b;
  return product;
}

uint64_t crc64_combine(uint64_t a, uint64_t b, uint64_t length_of_b) {
  uint64_t power = 1ull << (63 - 8); // x^8: a zero byte
  for (; length_of_b; length_of_b >>= 1, power = multiply(power, power))
    if (length_of_b & 1) a = multiply(a, power);
  return a ^ b;
}

bool crc64_works(void) {
  make_tables();
  uint64_t whole = crc64(0, "123456789", 9);
  return whole == 0x995DC9BBDF1939FA && // the check value of the CRC catalogue
         whole == crc64_combine(crc64(0, "1234", 4), crc64(0, "56789", 5), 5);
}
