// stamp FILE: appends the time of its start and its pid to a file, as a line, and then does nothing.
#include <fcntl.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

int main(int argc, char **argv) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  if (argc != 2) return 2;
  char line[64];
  int size = snprintf(line, sizeof line, "%lld%09ld %d\n", (long long)now.tv_sec, now.tv_nsec, getpid());
  int file = open(argv[1], O_WRONLY | O_APPEND);
  if (write(file, line, size) != size) return 2;
  for (;;) pause();
}
