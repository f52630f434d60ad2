/* What a disk really holds: only what was synced. Loaded (LD_PRELOAD) into every process under test.
 *
 * HOTLINE_POWER_ROOTS: folders under test, with ':' between. HOTLINE_POWER_DISK: where the disk is
 * kept: data/<file> holds the synced bytes of a file, dirs/<folder> the synced names in a folder,
 * dirty/<file> where it was written in place since: by whomever, as one fsync brings all of it.
 * Files and folders are known by device, inode and time of birth: inode numbers are used again, and
 * small disks of memory count alike, by a clock that is coarse.
 *
 * Rule 1: fsync and fdatasync of a file bring its bytes to the disk, not its name.
 * Rule 2: fsync of a folder brings its names (new, renamed, gone) to the disk, not their bytes.
 * Rule 3: no real fsync is done: nothing but this simulation decides what is left.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define KEY 64
#define CHUNK 65536

static const char *roots, *disk;
static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static int (*real_fsync)(int), (*real_fdatasync)(int);

__attribute__((constructor)) static void begin(void) {
  const char *folders = getenv("HOTLINE_POWER_ROOTS"), *kept = getenv("HOTLINE_POWER_DISK");
  if (folders && kept) roots = strdup(folders), disk = strdup(kept); /* Redis moves its environment */
  real_pwrite = dlsym(RTLD_NEXT, "pwrite64");
  real_fsync = dlsym(RTLD_NEXT, "fsync");
  real_fdatasync = dlsym(RTLD_NEXT, "fdatasync");
}

static int below(const char *path) {
  if (!roots || !disk) return 0;
  for (const char *root = roots; *root;) {
    size_t n = strcspn(root, ":");
    if (n && !strncmp(path, root, n) && (path[n] == '/' || !path[n])) return 1;
    root += n + (root[n] == ':');
  }
  return 0;
}

static int ours(int fd) {
  char link[64], path[PATH_MAX];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t n = readlink(link, path, sizeof path - 1);
  if (n <= 0) return 0;
  path[n] = 0;
  return below(path);
}

static int key_at(int at, const char *name, char *key, mode_t *mode) {
  struct statx s;
  int flags = *name ? AT_SYMLINK_NOFOLLOW : AT_EMPTY_PATH;
  if (statx(at, name, flags, STATX_TYPE | STATX_INO | STATX_BTIME, &s)) return -1;
  long long born = s.stx_mask & STATX_BTIME
    ? (long long)s.stx_btime.tv_sec * 1000000000LL + s.stx_btime.tv_nsec : 0;
  snprintf(key, KEY, "%x-%x-%llu-%lld", s.stx_dev_major, s.stx_dev_minor,
           (unsigned long long)s.stx_ino, born);
  if (mode) *mode = s.stx_mode;
  return 0;
}

/* The ranges of a file that were written in place: nobody else adds to them until it is closed. */
static int dirty_of(const char *key) {
  char path[PATH_MAX];
  snprintf(path, sizeof path, "%s/dirty/%s", disk, key);
  int held = syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (held < 0 || flock(held, LOCK_EX)) abort();
  return held;
}

/* Told before it is written, and nobody syncs in between: whoever is killed there has told of bytes
 * that are as they were. */
static ssize_t write_in_place(int fd, const void *data, size_t n, off_t at) {
  char key[KEY];
  off_t range[2] = {at, at + (off_t)n};
  if (key_at(fd, "", key, NULL)) return -1;
  int held = dirty_of(key);
  if (write(held, range, sizeof range) != sizeof range) abort();
  ssize_t done = real_pwrite(fd, data, n, at);
  int after = errno;
  syscall(SYS_close, held);
  errno = after;
  return done;
}

/* What is cut off and grows again is written anew: a server's log, whose torn end it cuts off. */
static int shorten(int fd, off_t size) {
  static int (*real)(int, off_t);
  char key[KEY];
  struct stat now;
  if (!real) real = dlsym(RTLD_NEXT, "ftruncate64");
  int before = errno, under_test = disk && ours(fd);
  errno = before;
  if (!under_test) return real(fd, size);
  if (fstat(fd, &now) || key_at(fd, "", key, NULL)) return -1;
  off_t range[2] = {size, now.st_size};
  int held = dirty_of(key);
  if (size < now.st_size && write(held, range, sizeof range) != sizeof range) abort();
  int done = real(fd, size), after = errno;
  syscall(SYS_close, held);
  errno = after;
  return done;
}

static void copy(int from, int to, off_t at, off_t end) {
  static __thread char buffer[CHUNK];
  while (at < end) {
    size_t want = end - at < CHUNK ? end - at : CHUNK;
    ssize_t n = pread(from, buffer, want, at);
    if (n <= 0) return;
    if (real_pwrite(to, buffer, n, at) != n) abort();
    at += n;
  }
}

static void sync_file(int fd, const char *key) {
  char path[PATH_MAX], own[64];
  struct stat here, there;
  snprintf(path, sizeof path, "%s/data/%s", disk, key);
  snprintf(own, sizeof own, "/proc/self/fd/%d", fd);
  int to = syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  /* Only where fd cannot be read: to close a second one would drop the locks that SQLite holds. */
  int other = (fcntl(fd, F_GETFL) & O_ACCMODE) == O_WRONLY;
  int from = other ? syscall(SYS_openat, AT_FDCWD, own, O_RDONLY | O_CLOEXEC, 0) : fd;
  if (to < 0 || from < 0) abort();
  off_t range[2];
  int held = dirty_of(key); /* sizes too: who writes and syncs in between would be cut off again */
  if (fstat(from, &here) || fstat(to, &there)) abort();
  for (off_t at = 0; pread(held, range, sizeof range, at) == sizeof range; at += sizeof range)
    copy(from, to, range[0], range[1]);
  copy(from, to, there.st_size, here.st_size); /* what was added at its end */
  if (there.st_size > here.st_size && shorten(to, here.st_size)) abort();
  if (shorten(held, 0)) abort();
  syscall(SYS_close, held);
  syscall(SYS_close, to);
  if (other) syscall(SYS_close, from);
}

static void sync_folder(int fd, const char *key) {
  char path[PATH_MAX], draft[PATH_MAX + 32], own[64], inner[KEY];
  mode_t mode;
  snprintf(path, sizeof path, "%s/dirs/%s", disk, key);
  snprintf(draft, sizeof draft, "%s.%d.%ld", path, getpid(), (long)syscall(SYS_gettid));
  snprintf(own, sizeof own, "/proc/self/fd/%d", fd);
  int held = dirty_of(key); /* who looked earlier does not write later */
  FILE *out = fopen(draft, "we");
  DIR *folder = opendir(own);
  if (!out || !folder) abort();
  for (struct dirent *each; (each = readdir(folder));) {
    if (!strcmp(each->d_name, ".") || !strcmp(each->d_name, "..")) continue;
    if (key_at(dirfd(folder), each->d_name, inner, &mode)) continue; /* gone meanwhile */
    if (S_ISREG(mode) || S_ISDIR(mode))
      fprintf(out, "%c %s %s\n", S_ISDIR(mode) ? 'd' : 'f', inner, each->d_name);
  }
  closedir(folder);
  if (fclose(out) || rename(draft, path)) abort();
  syscall(SYS_close, held);
}

static int synced(int fd, int (*real)(int)) {
  char key[KEY];
  mode_t mode;
  if (!disk || !ours(fd)) return real(fd);
  if (key_at(fd, "", key, &mode)) return -1;
  int before = errno;
  S_ISDIR(mode) ? sync_folder(fd, key) : sync_file(fd, key);
  errno = before;
  return 0;
}

int fsync(int fd) { return synced(fd, real_fsync); }
int fdatasync(int fd) { return synced(fd, real_fdatasync); }

ssize_t pwrite64(int fd, const void *data, size_t n, off_t at) {
  int before = errno, under_test = disk && ours(fd);
  errno = before;
  return under_test ? write_in_place(fd, data, n, at) : real_pwrite(fd, data, n, at);
}

ssize_t pwrite(int fd, const void *data, size_t n, off_t at) { return pwrite64(fd, data, n, at); }

int ftruncate64(int fd, off_t size) { return shorten(fd, size); }
int ftruncate(int fd, off_t size) { return shorten(fd, size); }

int truncate64(const char *path, off_t size) {
  int fd = syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CLOEXEC, 0);
  if (fd < 0) return -1;
  int done = shorten(fd, size), after = errno;
  syscall(SYS_close, fd);
  errno = after;
  return done;
}

int truncate(const char *path, off_t size) { return truncate64(path, size); }
