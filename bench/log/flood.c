// flood COUNT plain|colour|lines: writes numbered lines of 100 bytes to stdout, as fast as they are read.
// GATE: a FIFO. The first line is written after a byte was read from it.
// TALLY: a file of 16 bytes: the pid, and after each write the number of bytes written so far. It is still there after
// the process was killed.
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define DIGITS 10
#define BLOCK 65536

static char block[BLOCK];
static size_t held;
static volatile uint64_t *tally;

static void flush(void) {
  for (size_t done = 0; done < held;) {
    ssize_t count = write(1, block + done, held - done);
    if (count < 0) exit(3);
    done += count;
    tally[1] += count;
  }
  held = 0;
}

// As stdio with a buffer of 64 KiB: a line can be split between two writes.
static void put(const char *bytes, size_t size) {
  while (size > 0) {
    size_t part = size < BLOCK - held ? size : BLOCK - held;
    memcpy(block + held, bytes, part);
    held += part;
    bytes += part;
    size -= part;
    if (held == BLOCK) flush();
  }
}

int main(int argc, char **argv) {
  if (argc != 3) return 2;
  long count = atol(argv[1]);
  int colour = strcmp(argv[2], "colour") == 0;
  int lines = strcmp(argv[2], "lines") == 0;

  int file = open(getenv("TALLY"), O_RDWR);
  tally = mmap(NULL, 16, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (tally == MAP_FAILED) return 2;
  tally[0] = getpid();

  char byte;
  int gate = open(getenv("GATE"), O_RDONLY);
  if (read(gate, &byte, 1) != 1) return 2;

  // The number and the second half have a colour each.
  char line[256];
  const char *filler = FILLER;
  size_t half = strlen(filler) / 2;
  int start = colour ? snprintf(line, sizeof line, "\033[1;32m") : 0;
  int size = colour ? start + snprintf(line + start, sizeof line - start, "%0*d\033[0m%.*s\033[38;5;208m%s\033[39m\n",
                                       DIGITS, 0, (int)half, filler, filler + half)
                    : snprintf(line, sizeof line, "%0*d%s\n", DIGITS, 0, filler);

  for (long number = 0; number < count; number += 1) {
    long rest = number;
    for (int at = start + DIGITS - 1; at >= start; at -= 1, rest /= 10) line[at] = '0' + rest % 10;
    put(line, size);
    if (lines) flush();
  }
  flush();
  return 0;
}
