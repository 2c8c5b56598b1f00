#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "CNcurses.h"

// Everything the handler touches is prepared beforehand and only read by it: it calls nothing but write,
// tcsetattr, sigaction and raise, all of which POSIX allows in a handler (signal-safety(7)).

static int guarded_descriptor = -1;
static struct termios guarded_settings;
static char guarded_bytes[512];
static size_t guarded_count;
static volatile sig_atomic_t is_armed;
static char alternate_stack[64 * 1024];

// Signals that end the process by themselves. Those of the second row are caught only where nobody else
// has asked for them: a program that handles them tells the console in its own way.
static const int signals[] = {
    SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGFPE, SIGABRT, SIGSYS, SIGQUIT,
    SIGTERM, SIGINT, SIGHUP,
};
enum { signal_count = sizeof signals / sizeof signals[0], always_count = 8 };

static struct sigaction previous[signal_count];
static bool is_taken[signal_count];

static void restore_terminal(int signal_number) {
    int saved_errno = errno;
    // Two threads can crash at once; the second finds the terminal restored.
    if (is_armed) {
        is_armed = 0;
        size_t done = 0;
        while (done < guarded_count) {
            ssize_t written = write(guarded_descriptor, guarded_bytes + done, guarded_count - done);
            if (written <= 0) break;
            done += (size_t)written;
        }
        tcsetattr(guarded_descriptor, TCSANOW, &guarded_settings);
    }
    // The default action, whoever had the signal before: Swift's own handler would ask questions on the
    // terminal for half a minute, while whatever watches this process waits to start it again.
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = SIG_DFL;
    sigaction(signal_number, &action, NULL);
    errno = saved_errno;
    // Blocked while this handler runs; it ends the process as soon as the handler returns.
    raise(signal_number);
}

void cncurses_guard_arm(
    int descriptor, const struct termios *settings, const char *bytes, size_t count) {
    cncurses_guard_disarm();
    guarded_descriptor = descriptor;
    guarded_settings = *settings;
    guarded_count = count < sizeof guarded_bytes ? count : sizeof guarded_bytes;
    memcpy(guarded_bytes, bytes, guarded_count);

    stack_t stack = {.ss_sp = alternate_stack, .ss_size = sizeof alternate_stack};
    sigaltstack(&stack, NULL);

    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = restore_terminal;
    action.sa_flags = SA_ONSTACK;
    sigfillset(&action.sa_mask);
    is_armed = 1;
    for (int index = 0; index < signal_count; index++) {
        sigaction(signals[index], NULL, &previous[index]);
        bool is_free = !(previous[index].sa_flags & SA_SIGINFO) && previous[index].sa_handler == SIG_DFL;
        is_taken[index] = index < always_count || is_free;
        if (is_taken[index]) sigaction(signals[index], &action, NULL);
    }
}

void cncurses_guard_disarm(void) {
    if (guarded_descriptor < 0) return;
    is_armed = 0;
    for (int index = 0; index < signal_count; index++) {
        struct sigaction current;
        sigaction(signals[index], NULL, &current);
        // Whoever took the signal meanwhile keeps it.
        bool is_ours = !(current.sa_flags & SA_SIGINFO) && current.sa_handler == restore_terminal;
        if (is_taken[index] && is_ours) sigaction(signals[index], &previous[index], NULL);
        is_taken[index] = false;
    }
    guarded_descriptor = -1;
}
