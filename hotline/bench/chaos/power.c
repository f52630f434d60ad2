/* What a disk really holds: only what was synced. Loaded (LD_PRELOAD) into every process under test.
 *
 * HOTLINE_POWER_ROOTS: folders under test, with ':' between. HOTLINE_POWER_DISK: where the disk is
 * kept: data/<file> holds the synced bytes of a file, dirs/<folder> the synced names in a folder.
 * Files and folders are known by inode and time of birth, because inode numbers are used again.
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
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define FILES 512
#define KEY 64
#define CHUNK 65536

static const char *roots, *disk;
static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static int (*real_fsync)(int), (*real_fdatasync)(int);
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct { char key[KEY]; off_t from, to; } dirty[FILES]; /* written in place, not synced */

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
  snprintf(key, KEY, "%llu-%lld", (unsigned long long)s.stx_ino, born);
  if (mode) *mode = s.stx_mode;
  return 0;
}

static int slot(const char *key, int make) {
  for (int i = 0; i < FILES; i++) {
    if (!dirty[i].key[0]) {
      if (!make) return -1;
      strcpy(dirty[i].key, key);
      dirty[i].from = dirty[i].to = 0;
      return i;
    }
    if (!strcmp(dirty[i].key, key)) return i;
  }
  abort(); /* more files than this simulation knows: better no run than a wrong one */
}

static void wrote(int fd, off_t from, size_t n) {
  char key[KEY];
  if (key_at(fd, "", key, NULL)) return;
  pthread_mutex_lock(&lock);
  int i = slot(key, 1);
  if (dirty[i].from == dirty[i].to) dirty[i].from = from, dirty[i].to = from + n;
  if (from < dirty[i].from) dirty[i].from = from;
  if (from + (off_t)n > dirty[i].to) dirty[i].to = from + n;
  pthread_mutex_unlock(&lock);
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
  int from = syscall(SYS_openat, AT_FDCWD, own, O_RDONLY | O_CLOEXEC, 0); /* fd may only write */
  if (to < 0 || from < 0 || fstat(from, &here) || fstat(to, &there)) abort();
  pthread_mutex_lock(&lock);
  int i = slot(key, 0);
  if (i >= 0) copy(from, to, dirty[i].from, dirty[i].to), dirty[i].from = dirty[i].to = 0;
  copy(from, to, there.st_size, here.st_size); /* what any process added at its end */
  if (there.st_size > here.st_size && ftruncate(to, here.st_size)) abort();
  pthread_mutex_unlock(&lock);
  syscall(SYS_close, to);
  syscall(SYS_close, from);
}

static void sync_folder(int fd, const char *key) {
  char path[PATH_MAX], draft[PATH_MAX + 32], own[64], inner[KEY];
  mode_t mode;
  snprintf(path, sizeof path, "%s/dirs/%s", disk, key);
  snprintf(draft, sizeof draft, "%s.%d.%ld", path, getpid(), (long)syscall(SYS_gettid));
  snprintf(own, sizeof own, "/proc/self/fd/%d", fd);
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
  ssize_t done = real_pwrite(fd, data, n, at);
  int before = errno;
  if (done > 0 && disk && ours(fd)) wrote(fd, at, done);
  errno = before;
  return done;
}

ssize_t pwrite(int fd, const void *data, size_t n, off_t at) { return pwrite64(fd, data, n, at); }
