#include "tui/theme.h"

#define BLACK 0
#define RED 1
#define GREEN 2
#define YELLOW 3
#define BLUE 4
#define MAGENTA 5
#define CYAN 6
#define WHITE 7
#define OWN (-1)

#define BOLD ATTRIBUTE_BOLD
#define REVERSE ATTRIBUTE_REVERSE
#define DIM ATTRIBUTE_DIM

/* Blue is never a foreground: on black it cannot be read on many terminals. */
/* clang-format off */
static const struct look looks[PAINT_COUNT] = {
	/*                     8 colours         256 colours   with colours    without */
	[PAINT_PLAIN]      = { OWN,     OWN,     OWN, OWN,     0,              0 },
	[PAINT_QUIET]      = { OWN,     OWN,     245, OWN,     0,              DIM },
	[PAINT_STRONG]     = { OWN,     OWN,     OWN, OWN,     BOLD,           BOLD },
	[PAINT_BAR]        = { BLACK,   WHITE,   252, 237,     0,              REVERSE },
	[PAINT_TAB]        = { WHITE,   BLUE,    231, 25,      BOLD,           BOLD },
	[PAINT_GOOD]       = { CYAN,    OWN,     75,  OWN,     0,              0 },
	[PAINT_BAD]        = { RED,     OWN,     208, OWN,     BOLD,           BOLD },
	[PAINT_DOUBT]      = { YELLOW,  OWN,     220, OWN,     0,              BOLD },
	[PAINT_UNKNOWN]    = { MAGENTA, OWN,     176, OWN,     0,              0 },
	[PAINT_ALARM]      = { WHITE,   RED,     16,  208,     BOLD,           REVERSE | BOLD },
	[PAINT_COMMAND]    = { OWN,     OWN,     117, OWN,     BOLD,           BOLD },
	[PAINT_SERIES + 0] = { BLACK,   YELLOW,  16,  208,     0,              REVERSE },
	[PAINT_SERIES + 1] = { BLACK,   CYAN,    16,  75,      0,              REVERSE },
	[PAINT_SERIES + 2] = { BLACK,   MAGENTA, 16,  176,     0,              REVERSE },
	[PAINT_SERIES + 3] = { BLACK,   GREEN,   16,  36,      0,              REVERSE },
	[PAINT_SERIES + 4] = { BLACK,   WHITE,   16,  228,     0,              REVERSE },
	[PAINT_SERIES + 5] = { WHITE,   BLUE,    231, 25,      0,              REVERSE },
	[PAINT_SERIES + 6] = { WHITE,   RED,     231, 130,     0,              REVERSE },
	[PAINT_SERIES + 7] = { OWN,     OWN,     231, 240,     REVERSE,        REVERSE },
};
/* clang-format on */

const struct look *
theme_look(enum paint paint)
{
	return &looks[paint];
}

enum paint
theme_verdict(enum verdict_kind verdict)
{
	switch (verdict) {
	case VERDICT_SIGNED:
		return PAINT_GOOD;
	case VERDICT_UNSIGNED:
	case VERDICT_REJECTED:
		return PAINT_BAD;
	case VERDICT_DEFERRED:
		return PAINT_DOUBT;
	case VERDICT_UNKNOWN:
		return PAINT_UNKNOWN;
	case VERDICT_INBOUND:
	case VERDICT_COUNT:
		break;
	}
	return PAINT_QUIET;
}
