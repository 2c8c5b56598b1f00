#define _GNU_SOURCE
#include <langinfo.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <wchar.h>

#include "CNcurses.h"

WINDOW *cncurses_standard_window(void) { return stdscr; }

int cncurses_colour_count(void) { return has_colors() ? COLORS : 0; }

int cncurses_pair_count(void) { return COLOR_PAIRS; }

void cncurses_repaint(void) { clearok(curscr, TRUE); }

attr_t cncurses_bold(void) { return WA_BOLD; }
attr_t cncurses_underline(void) { return WA_UNDERLINE; }
attr_t cncurses_reverse(void) { return WA_REVERSE; }
attr_t cncurses_normal(void) { return WA_NORMAL; }

const char *cncurses_capability(const char *name) {
    const char *text = tigetstr(name);
    // terminfo says (char *)-1 for what is no string capability.
    return text == (const char *)-1 ? NULL : text;
}

int cncurses_width(uint32_t scalar) { return wcwidth((wchar_t)scalar); }

bool cncurses_locale_is_utf8(void) {
    const char *codeset = nl_langinfo(CODESET);
    return codeset && (strcasecmp(codeset, "UTF-8") == 0 || strcasecmp(codeset, "UTF8") == 0);
}

bool cncurses_contains(
    const void *haystack, size_t haystack_count, const void *needle, size_t needle_count) {
    return memmem(haystack, haystack_count, needle, needle_count) != NULL;
}

bool cncurses_window_size(int descriptor, int *columns, int *rows) {
    struct winsize size;
    if (ioctl(descriptor, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0) return false;
    *columns = size.ws_col;
    *rows = size.ws_row;
    return true;
}
