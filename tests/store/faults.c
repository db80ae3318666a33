/* Preloaded into a process, fails the n-th call by which it changes a folder.

   Counted are writes, syncs, and changes of names below the folder, by whatever code makes them;
   only calls that go round the C library are missed (tantivy renames its own files so, in a
   folder that nobody reads yet). A sync is not done but taken for done, which is quicker and is
   the same for all that a kill can show. For a power cut the shim remembers what was written
   since each file's last sync, and takes that back. */

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum fault { NONE, KILL_BEFORE, KILL_AFTER, FAIL, FULL, SHORT, POWER };
enum verdict { PASS, FAILS, CUT };

#define MOST_CALLS 10000

static struct {
    int armed, fault, fired;
    long at, count;
    char folder[PATH_MAX];
    const char *names[MOST_CALLS];
} state;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

/* What a file loses with the power: all past its size at the last sync, and what was overwritten. */
struct undo {
    struct undo *next;
    off_t at;
    size_t size;
    char old[];
};
struct unsynced {
    struct unsynced *next;
    dev_t device;
    ino_t inode;
    int fd;
    off_t size;
    struct undo *undo;
};
static struct unsynced *files;

void faults_arm(const char *folder, int fault, long at) {
    snprintf(state.folder, sizeof state.folder, "%s", folder);
    state.fault = fault;
    state.at = at;
    state.count = state.fired = 0;
    state.armed = 1;
}
void faults_disarm(void) { state.armed = 0; }
int faults_fired(void) { return state.fired; }
long faults_count(void) { return state.count; }
const char *faults_name(long at) { return state.names[at]; }

static int below_path(const char *path) {
    size_t length = strlen(state.folder);
    return !strncmp(path, state.folder, length) && (path[length] == '/' || !path[length]);
}
static int below_fd(int fd) {
    char link[64], path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return below_path(path);
}
static int below(int folder, const char *path) {
    return path[0] == '/' || folder == AT_FDCWD ? below_path(path) : below_fd(folder);
}

static struct unsynced *file_of(int fd) {
    struct stat found;
    struct unsynced *file;
    char link[64];
    if (fstat(fd, &found) || !S_ISREG(found.st_mode)) return NULL;
    for (file = files; file; file = file->next)
        if (file->device == found.st_dev && file->inode == found.st_ino) return file;
    file = calloc(1, sizeof *file);
    file->device = found.st_dev;
    file->inode = found.st_ino;
    file->size = found.st_size;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    /* Kept open, so that the inode is not another file's later. */
    file->fd = syscall(SYS_openat, AT_FDCWD, link, O_RDWR | O_CLOEXEC);
    file->next = files;
    files = file;
    return file;
}
static void before_write(int fd, off_t at, size_t size) {
    struct unsynced *file = file_of(fd);
    if (!file || at >= file->size) return;
    if (at + (off_t)size > file->size) size = file->size - at;
    struct undo *undo = malloc(sizeof *undo + size);
    undo->at = at;
    undo->size = size;
    if (pread(file->fd, undo->old, size, at) != (ssize_t)size) abort();
    undo->next = file->undo;
    file->undo = undo;
}
static void before_truncate(int fd, off_t size) {
    struct unsynced *file = file_of(fd);
    if (file && size < file->size) file->size = size;
}
static void synced(int fd) {
    struct stat found;
    struct unsynced *file = file_of(fd);
    if (!file || fstat(fd, &found)) return;
    file->size = found.st_size;
    while (file->undo) {
        struct undo *undo = file->undo;
        file->undo = undo->next;
        free(undo);
    }
}
static void cut_power(void) {
    for (struct unsynced *file = files; file; file = file->next) {
        for (struct undo *undo = file->undo; undo; undo = undo->next)
            if (undo->at < file->size &&
                syscall(SYS_pwrite64, file->fd, undo->old, undo->size, undo->at) < 0) abort();
        if (syscall(SYS_ftruncate, file->fd, file->size)) abort();
    }
}

static void die(void) {
    kill(getpid(), SIGKILL);
    for (;;) pause();
}
/* Count a call, and tell what is to become of it; under the mutex. */
static enum verdict count(const char *name, int takes_space) {
    if (state.count < MOST_CALLS) state.names[state.count] = name;
    long now = ++state.count;
    if (state.fault == FULL && state.fired && takes_space) {
        errno = ENOSPC;
        return FAILS;
    }
    if (now != state.at) return PASS;
    state.fired = 1;
    switch (state.fault) {
    case POWER: cut_power(); /* falls through */
    case KILL_BEFORE: die(); /* falls through */
    case FAIL: errno = EIO; return FAILS;
    case FULL: errno = ENOSPC; return FAILS;
    default: return CUT;
    }
}
static long after(enum verdict verdict, long result) {
    if (verdict == CUT && state.fault == KILL_AFTER) die();
    return result;
}

/* One call below the folder: counted, and done or not. Others are done. */
#define CALL(name, is_below, space, done)                        \
    do {                                                         \
        if (!state.armed || !(is_below)) return done;            \
        pthread_mutex_lock(&mutex);                              \
        enum verdict verdict = count(name, space);               \
        long result = -1;                                        \
        if (verdict != FAILS) result = after(verdict, done);     \
        int told = errno;                                        \
        pthread_mutex_unlock(&mutex);                            \
        errno = told;                                            \
        return result;                                           \
    } while (0)
/* Write at a place, or with a negative one where the file stands. */
static ssize_t put_part(int fd, const void *data, size_t size, off_t at) {
    if (at < 0) return syscall(SYS_write, fd, data, size);
    return syscall(SYS_pwrite64, fd, data, size, at);
}
static ssize_t put(const char *name, int fd, const void *data, size_t size, off_t at) {
    if (!state.armed || !below_fd(fd)) return put_part(fd, data, size, at);
    pthread_mutex_lock(&mutex);
    enum verdict verdict = count(name, 1);
    ssize_t result = -1;
    if (verdict != FAILS) {
        if (state.fault == POWER) before_write(fd, at < 0 ? lseek(fd, 0, SEEK_CUR) : at, size);
        if (verdict == CUT && state.fault == SHORT && size > 1) size /= 2;
        result = after(verdict, put_part(fd, data, size, at));
    }
    int told = errno;
    pthread_mutex_unlock(&mutex);
    errno = told;
    return result;
}
ssize_t write(int fd, const void *data, size_t size) { return put("write", fd, data, size, -1); }
ssize_t pwrite64(int fd, const void *data, size_t size, off_t at) {
    return put("pwrite", fd, data, size, at);
}
ssize_t pwrite(int fd, const void *data, size_t size, off_t at) {
    return pwrite64(fd, data, size, at);
}
ssize_t writev(int fd, const struct iovec *parts, int many) {
    if (!state.armed || !below_fd(fd)) return syscall(SYS_writev, fd, parts, many);
    /* To write less than was asked for is a writev's right. */
    for (int at = 0; at < many; at++)
        if (parts[at].iov_len) return write(fd, parts[at].iov_base, parts[at].iov_len);
    return 0;
}
static long sync_of(int fd, int call) {
    if (!state.armed || !below_fd(fd)) return syscall(call, fd);
    if (state.fault == POWER) synced(fd);
    return 0;
}
int fsync(int fd) { CALL("fsync", below_fd(fd), 0, sync_of(fd, SYS_fsync)); }
int fdatasync(int fd) { CALL("fdatasync", below_fd(fd), 0, sync_of(fd, SYS_fdatasync)); }
static long truncate_to(int fd, off_t size) {
    if (state.armed && state.fault == POWER && below_fd(fd)) before_truncate(fd, size);
    return syscall(SYS_ftruncate, fd, size);
}
int ftruncate64(int fd, off_t size) { CALL("ftruncate", below_fd(fd), 0, truncate_to(fd, size)); }
int ftruncate(int fd, off_t size) { return ftruncate64(fd, size); }

int renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned flags) {
    CALL("rename", below(to_folder, to), 0,
         syscall(SYS_renameat2, from_folder, from, to_folder, to, flags));
}
int renameat(int from_folder, const char *from, int to_folder, const char *to) {
    return renameat2(from_folder, from, to_folder, to, 0);
}
int rename(const char *from, const char *to) {
    return renameat2(AT_FDCWD, from, AT_FDCWD, to, 0);
}
int unlinkat(int folder, const char *path, int flags) {
    CALL(flags & AT_REMOVEDIR ? "rmdir" : "unlink", below(folder, path), 0,
         syscall(SYS_unlinkat, folder, path, flags));
}
int unlink(const char *path) { return unlinkat(AT_FDCWD, path, 0); }
int rmdir(const char *path) { return unlinkat(AT_FDCWD, path, AT_REMOVEDIR); }
int linkat(int from_folder, const char *from, int to_folder, const char *to, int flags) {
    CALL("link", below(to_folder, to), 1,
         syscall(SYS_linkat, from_folder, from, to_folder, to, flags));
}
int link(const char *from, const char *to) { return linkat(AT_FDCWD, from, AT_FDCWD, to, 0); }
int mkdirat(int folder, const char *path, mode_t mode) {
    CALL("mkdir", below(folder, path), 1, syscall(SYS_mkdirat, folder, path, mode));
}
int mkdir(const char *path, mode_t mode) { return mkdirat(AT_FDCWD, path, mode); }

/* Opening a file that there is takes no space; one that is to be made may. */
static int opened(int folder, const char *path, int flags, mode_t mode) {
    CALL("create", (flags & O_CREAT) && below(folder, path), faccessat(folder, path, F_OK, 0) != 0,
         syscall(SYS_openat, folder, path, flags, mode));
}
#define MODE(flags)                                              \
    mode_t mode = 0;                                             \
    if ((flags) & (O_CREAT | (O_TMPFILE & ~O_DIRECTORY))) {                     \
        va_list rest;                                            \
        va_start(rest, flags);                                   \
        mode = va_arg(rest, mode_t);                             \
        va_end(rest);                                            \
    }
int open(const char *path, int flags, ...) {
    MODE(flags)
    return opened(AT_FDCWD, path, flags, mode);
}
int open64(const char *path, int flags, ...) {
    MODE(flags)
    return opened(AT_FDCWD, path, flags, mode);
}
int openat(int folder, const char *path, int flags, ...) {
    MODE(flags)
    return opened(folder, path, flags, mode);
}
int openat64(int folder, const char *path, int flags, ...) {
    MODE(flags)
    return opened(folder, path, flags, mode);
}
