#ifndef CNCURSES_H
#define CNCURSES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <termios.h>

// The wide-character interface; it has to be asked for before the header is read.
#ifndef NCURSES_WIDECHAR
#define NCURSES_WIDECHAR 1
#endif
#include <curses.h>

// Swift sees neither curses' globals (shared mutable state) nor its computed macros, nor `wcwidth` and
// `memmem`, which Glibc's module leaves out. Each function below gives one of them a name and a type and
// decides nothing.

/// The standard window of the terminal that is open; NULL before `newterm`.
WINDOW *cncurses_standard_window(void);

/// How many colours the terminal has; 0 for none.
int cncurses_colour_count(void);

/// How many colour pairs the terminal has; pair 0 is taken.
int cncurses_pair_count(void);

/// Makes the next `doupdate` paint every cell, whatever it believes to be on the screen.
void cncurses_repaint(void);

/// `WA_BOLD`, `WA_UNDERLINE`, `WA_REVERSE`, `WA_NORMAL`.
attr_t cncurses_bold(void);
attr_t cncurses_underline(void);
attr_t cncurses_reverse(void);
attr_t cncurses_normal(void);

/// The string of a terminfo capability; NULL where the terminal has none.
const char *cncurses_capability(const char *name);

/// `wcwidth`: columns of one scalar in the locale of the process, −1 for what cannot be printed.
int cncurses_width(uint32_t scalar);

/// `nl_langinfo(CODESET)` is UTF-8.
bool cncurses_locale_is_utf8(void);

/// Whether `needle` occurs in `haystack`, byte for byte.
bool cncurses_contains(
    const void *haystack, size_t haystack_count, const void *needle, size_t needle_count);

/// `ioctl(TIOCGWINSZ)`: false when the terminal does not say, or says zero.
bool cncurses_window_size(int descriptor, int *columns, int *rows);

// The crash path: the one piece with logic, because it must be async-signal-safe.

/// Prepares for the worst: when a signal ends the process, `bytes` are written to `descriptor`, the terminal
/// gets `settings` back, and the process ends by the signal's default action.
///
/// At most 512 bytes are kept. Called on the thread that owns the terminal; that thread gets an alternate
/// stack, so that even its stack overflow restores the terminal.
void cncurses_guard_arm(
    int descriptor, const struct termios *settings, const char *bytes, size_t count);

/// Gives every signal back to whoever had it.
void cncurses_guard_disarm(void);

#endif
