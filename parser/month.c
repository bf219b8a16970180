#include "parser/month.h"

#define WORD_MAX 24 /* bytes of the longest month name looked up */

struct month_name {
	const char *name; /* lower case, without a full stop at its end */
	int month;
};

/*
 * As strftime("%b") writes them in the locales that journalctl and local
 * syslog daemons were seen to run in. No name stands here for two months:
 * Polish "lip" and "lis" and Czech "srp" keep Croatian out.
 */
/* clang-format off */
static const struct month_name month_names[] = {
	/* English, in full too */
	{ "jan", 1 }, { "feb", 2 }, { "mar", 3 }, { "apr", 4 }, { "may", 5 }, { "jun", 6 },
	{ "jul", 7 }, { "aug", 8 }, { "sep", 9 }, { "oct", 10 }, { "nov", 11 }, { "dec", 12 },
	{ "january", 1 }, { "february", 2 }, { "march", 3 }, { "april", 4 }, { "june", 6 },
	{ "july", 7 }, { "august", 8 }, { "september", 9 }, { "sept", 9 }, { "october", 10 },
	{ "november", 11 }, { "december", 12 },
	/* German, Austrian */
	{ "jän", 1 }, { "januar", 1 }, { "februar", 2 }, { "mär", 3 }, { "märz", 3 }, { "mrz", 3 },
	{ "mai", 5 }, { "juni", 6 }, { "juli", 7 }, { "okt", 10 }, { "oktober", 10 },
	{ "dez", 12 }, { "dezember", 12 },
	/* French */
	{ "janv", 1 }, { "févr", 2 }, { "fév", 2 }, { "mars", 3 }, { "avril", 4 }, { "avr", 4 },
	{ "juin", 6 }, { "juil", 7 }, { "août", 8 }, { "déc", 12 },
	/* Spanish, Catalan, Galician */
	{ "ene", 1 }, { "abr", 4 }, { "ago", 8 }, { "dic", 12 }, { "gen", 1 }, { "febr", 2 },
	{ "març", 3 }, { "maig", 5 }, { "juny", 6 }, { "set", 9 }, { "des", 12 }, { "xan", 1 },
	{ "xuñ", 6 }, { "xul", 7 }, { "out", 10 },
	/* Italian, Portuguese */
	{ "mag", 5 }, { "giu", 6 }, { "lug", 7 }, { "ott", 10 }, { "fev", 2 },
	/* Dutch, Swedish, Danish, Norwegian */
	{ "mrt", 3 }, { "mei", 5 }, { "maj", 5 }, { "aprl", 4 },
	/* Polish, Czech, Slovak */
	{ "sty", 1 }, { "lut", 2 }, { "kwi", 4 }, { "cze", 6 }, { "lip", 7 }, { "sie", 8 },
	{ "wrz", 9 }, { "paź", 10 }, { "lis", 11 }, { "gru", 12 },
	{ "led", 1 }, { "úno", 2 }, { "bře", 3 }, { "dub", 4 }, { "kvě", 5 }, { "čen", 6 },
	{ "čec", 7 }, { "srp", 8 }, { "zář", 9 }, { "říj", 10 }, { "pro", 12 },
	{ "máj", 5 }, { "jún", 6 }, { "júl", 7 },
	/* Hungarian, Romanian, Turkish, Finnish */
	{ "márc", 3 }, { "ápr", 4 }, { "szept", 9 }, { "ian", 1 }, { "iun", 6 }, { "iul", 7 },
	{ "noi", 11 }, { "oca", 1 }, { "şub", 2 }, { "nis", 4 }, { "haz", 6 }, { "tem", 7 },
	{ "ağu", 8 }, { "eyl", 9 }, { "eki", 10 }, { "kas", 11 }, { "ara", 12 },
	{ "tammi", 1 }, { "helmi", 2 }, { "maalis", 3 }, { "huhti", 4 }, { "touko", 5 },
	{ "kesä", 6 }, { "heinä", 7 }, { "elo", 8 }, { "syys", 9 }, { "loka", 10 },
	{ "marras", 11 }, { "joulu", 12 },
	/* Russian, Ukrainian */
	{ "янв", 1 }, { "фев", 2 }, { "мар", 3 }, { "апр", 4 }, { "мая", 5 }, { "май", 5 },
	{ "июн", 6 }, { "июл", 7 }, { "авг", 8 }, { "сен", 9 }, { "сент", 9 }, { "окт", 10 },
	{ "ноя", 11 }, { "нояб", 11 }, { "дек", 12 }, { "февр", 2 }, { "марта", 3 },
	{ "апреля", 4 }, { "июня", 6 }, { "июля", 7 },
	{ "січ", 1 }, { "лют", 2 }, { "бер", 3 }, { "кві", 4 }, { "тра", 5 }, { "чер", 6 },
	{ "лип", 7 }, { "сер", 8 }, { "вер", 9 }, { "жов", 10 }, { "лис", 11 }, { "гру", 12 },
};
/* clang-format on */

/* The bytes of a word in lower case, as UTF-8; bytes that are no UTF-8 are taken as Latin-1. */
static size_t
fold_letter(const char *p, size_t left_n, char *out, size_t *used)
{
	unsigned char a = (unsigned char)p[0];
	unsigned char b = left_n > 1 ? (unsigned char)p[1] : 0;

	*used = 1;
	if (a < 0x80) {
		out[0] = (char)(a >= 'A' && a <= 'Z' ? a + 32 : a);
		return 1;
	}
	if ((b & 0xC0) != 0x80) {
		a = (unsigned char)(a >= 0xC0 && a <= 0xDE ? a + 32 : a);
		out[0] = (char)(0xC0 | a >> 6);
		out[1] = (char)(0x80 | (a & 0x3F));
		return 2;
	}
	*used = 2;
	if ((a == 0xC3 && b <= 0x9E) || (a == 0xD0 && b >= 0x90 && b <= 0x9F)) {
		b = (unsigned char)(b + 0x20);
	} else if (a == 0xD0 && b >= 0xA0 && b <= 0xAF) {
		a = 0xD1;
		b = (unsigned char)(b - 0x20);
	}
	out[0] = (char)a;
	out[1] = (char)b;
	return 2;
}

int
month_of(struct span word)
{
	char folded[WORD_MAX + 2] = { 0 }; /* all of it, for gcc's analyzer */
	size_t n = 0;

	if (word.n > WORD_MAX / 2)
		return 0;
	for (size_t i = 0, used; i < word.n; i += used)
		n += fold_letter(word.p + i, word.n - i, folded + n, &used);
	for (size_t i = 0; i < sizeof(month_names) / sizeof(month_names[0]); i++) {
		if (span_eq(span_of(month_names[i].name), (struct span){ folded, n }))
			return month_names[i].month;
	}
	return 0;
}

/* The three bytes of an English month as one number. */
#define MONTH_KEY(a, b, c) ((uint32_t)(a) << 16 | (uint32_t)(b) << 8 | (uint32_t)(c))

int
month_of_key(const char *p)
{
	switch (MONTH_KEY((unsigned char)p[0], (unsigned char)p[1], (unsigned char)p[2])) {
	case MONTH_KEY('J', 'a', 'n'):
		return 1;
	case MONTH_KEY('F', 'e', 'b'):
		return 2;
	case MONTH_KEY('M', 'a', 'r'):
		return 3;
	case MONTH_KEY('A', 'p', 'r'):
		return 4;
	case MONTH_KEY('M', 'a', 'y'):
		return 5;
	case MONTH_KEY('J', 'u', 'n'):
		return 6;
	case MONTH_KEY('J', 'u', 'l'):
		return 7;
	case MONTH_KEY('A', 'u', 'g'):
		return 8;
	case MONTH_KEY('S', 'e', 'p'):
		return 9;
	case MONTH_KEY('O', 'c', 't'):
		return 10;
	case MONTH_KEY('N', 'o', 'v'):
		return 11;
	case MONTH_KEY('D', 'e', 'c'):
		return 12;
	}
	return 0;
}
