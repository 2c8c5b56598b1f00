#ifndef CLINUX_H
#define CLINUX_H

#include <stddef.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

// What Glibc's module leaves out. What needs _GNU_SOURCE is behind a function:
// defined in a header that Swift imports, it changes types that Glibc's module has already seen.

/// `accept4` with `SOCK_NONBLOCK | SOCK_CLOEXEC`.
int clinux_accept(int listener, struct sockaddr *address, socklen_t *length);

/// `pthread_setname_np`; the kernel keeps 15 bytes.
int clinux_thread_name(unsigned long thread, const char *name);

/// `pipe2` with `O_NONBLOCK | O_CLOEXEC`.
int clinux_pipe(int ends[2]);

/// `splice` between a pipe and a socket, with `SPLICE_F_MOVE | SPLICE_F_NONBLOCK`.
long clinux_splice(int from, int to, size_t count);

/// `EPOLLET` as an unsigned number: the macro is not imported.
static inline unsigned int clinux_epoll_edge_triggered(void) { return EPOLLET; }

/// `EFD_NONBLOCK | EFD_CLOEXEC`: the macros are enumerators of an anonymous type.
static inline int clinux_eventfd(void) { return eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC); }

/// `epoll_create1(EPOLL_CLOEXEC)`.
static inline int clinux_epoll_create(void) { return epoll_create1(EPOLL_CLOEXEC); }

#endif
