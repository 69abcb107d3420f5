/* Stands between a process and the system's files, loaded before the C library (LD_PRELOAD).
 *
 * DISK_FOLDER   only files whose path begins so count
 * DISK_RECORD   file into which each write, sync, truncation and removal is written, in order
 * DISK_FAULTS   file of three 32-bit counters: reads that fail, reads that are altered, writes that
 *               fail; each fault lowers its counter. Three more say how many requests of each kind
 *               go well first
 *
 * A record: one byte (o w s t u), the length of the name in two bytes, the name, the offset in eight
 * bytes, the length in four, then the bytes written.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/types.h>
#include <unistd.h>

#define MOST 4096
static char *names[MOST];
static const char *folder;
static int record = -1;
static volatile int32_t *faults;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static ssize_t (*real_write)(int, const void *, size_t);

__attribute__((constructor)) static void begin(void) {
    real_write = dlsym(RTLD_NEXT, "write");
    folder = getenv("DISK_FOLDER");
    const char *path = getenv("DISK_RECORD");
    if (path) record = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    path = getenv("DISK_FAULTS");
    if (path) {
        int fd = open(path, O_RDWR | O_CLOEXEC);
        if (fd >= 0) {
            void *at = mmap(NULL, 24, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
            if (at != MAP_FAILED) faults = at;
            close(fd);
        }
    }
}

static const char *name_of(int fd) { return fd >= 0 && fd < MOST ? names[fd] : NULL; }

static void note(char op, const char *name, uint64_t offset, uint32_t size, const void *data) {
    if (record < 0 || !name) return;
    uint16_t length = (uint16_t)strlen(name);
    pthread_mutex_lock(&lock);
    real_write(record, &op, 1);
    real_write(record, &length, 2);
    real_write(record, name, length);
    real_write(record, &offset, 8);
    real_write(record, &size, 4);
    if (data && size) real_write(record, data, size);
    pthread_mutex_unlock(&lock);
}

static int spend(int which, const char *name) {
    if (!faults || !name || faults[which] <= 0) return 0;
    if (faults[3 + which] > 0) {
        faults[3 + which]--;
        return 0;
    }
    faults[which]--;
    return 1;
}

static int opened(int fd, const char *path) {
    if (fd >= 0 && fd < MOST) {
        free(names[fd]);
        names[fd] = NULL;
        if (folder && !strncmp(path, folder, strlen(folder))) {
            names[fd] = strdup(path);
            note('o', path, 0, 0, NULL);
        }
    }
    return fd;
}

#define OPEN(NAME)                                                        \
    int NAME(const char *path, int flags, ...) {                          \
        static int (*real)(const char *, int, ...);                       \
        if (!real) real = dlsym(RTLD_NEXT, #NAME);                        \
        va_list more;                                                     \
        va_start(more, flags);                                            \
        int mode = flags & O_CREAT ? va_arg(more, int) : 0;               \
        va_end(more);                                                     \
        return opened(real(path, flags, mode), path);                     \
    }
OPEN(open)
OPEN(open64)

int close(int fd) {
    static int (*real)(int);
    if (!real) real = dlsym(RTLD_NEXT, "close");
    if (fd >= 0 && fd < MOST && names[fd]) {
        free(names[fd]);
        names[fd] = NULL;
    }
    return real(fd);
}

ssize_t write(int fd, const void *data, size_t size) {
    if (!real_write) real_write = dlsym(RTLD_NEXT, "write");
    const char *name = name_of(fd);
    if (name) note('w', name, (uint64_t)lseek(fd, 0, SEEK_CUR), (uint32_t)size, data);
    return real_write(fd, data, size);
}

#define PWRITE(NAME)                                                      \
    ssize_t NAME(int fd, const void *data, size_t size, off_t offset) {   \
        static ssize_t (*real)(int, const void *, size_t, off_t);         \
        if (!real) real = dlsym(RTLD_NEXT, #NAME);                        \
        const char *name = name_of(fd);                                   \
        if (spend(2, name)) {                                             \
            errno = EIO;                                                  \
            return -1;                                                    \
        }                                                                 \
        note('w', name, (uint64_t)offset, (uint32_t)size, data);          \
        return real(fd, data, size, offset);                              \
    }
PWRITE(pwrite)
PWRITE(pwrite64)

#define PREAD(NAME)                                                       \
    ssize_t NAME(int fd, void *data, size_t size, off_t offset) {         \
        static ssize_t (*real)(int, void *, size_t, off_t);               \
        if (!real) real = dlsym(RTLD_NEXT, #NAME);                        \
        const char *name = name_of(fd);                                   \
        if (spend(0, name)) {                                             \
            errno = EIO;                                                  \
            return -1;                                                    \
        }                                                                 \
        ssize_t got = real(fd, data, size, offset);                       \
        if (got > 100 && spend(1, name)) ((char *)data)[got / 2] ^= 0x10; \
        return got;                                                       \
    }
PREAD(pread)
PREAD(pread64)

#define SYNC(NAME)                                                        \
    int NAME(int fd) {                                                    \
        static int (*real)(int);                                          \
        if (!real) real = dlsym(RTLD_NEXT, #NAME);                        \
        note('s', name_of(fd), 0, 0, NULL);                               \
        return real(fd);                                                  \
    }
SYNC(fsync)
SYNC(fdatasync)

#define TRUNCATE(NAME)                                                    \
    int NAME(int fd, off_t size) {                                        \
        static int (*real)(int, off_t);                                   \
        if (!real) real = dlsym(RTLD_NEXT, #NAME);                        \
        note('t', name_of(fd), (uint64_t)size, 0, NULL);                  \
        return real(fd, size);                                            \
    }
TRUNCATE(ftruncate)
TRUNCATE(ftruncate64)

int unlink(const char *path) {
    static int (*real)(const char *);
    if (!real) real = dlsym(RTLD_NEXT, "unlink");
    if (folder && !strncmp(path, folder, strlen(folder))) note('u', path, 0, 0, NULL);
    return real(path);
}
