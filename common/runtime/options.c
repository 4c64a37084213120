#include "runtime/options.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"

enum { CONFIG_MAX_BYTES = 1024 * 1024 };

/* Splits "12.." into its leading digits and the rest. */
static bool cut_number(sv v, uint64_t *number, sv *unit) {
    size_t digits = 0;
    while (digits < v.n && ascii_is_digit(v.p[digits])) digits++;
    *unit = sv_skip(v, digits);
    return sv_to_u64(sv_take(v, digits), number);
}

bool option_parse_bytes(sv v, uint64_t *out) {
    static const char letters[] = "KMGT";
    uint64_t number;
    sv unit;
    if (!cut_number(v, &number, &unit)) return false;
    unsigned shift = 0;
    if (unit.n && ascii_lower(unit.p[0]) != 'b') {
        const char *at = strchr(letters, unit.p[0] & ~0x20);
        if (!at || !*at) return false;
        shift = 10 * (unsigned)(at - letters + 1);
        unit = sv_skip(unit, 1);
        if (sv_starts_nocase(unit, SV("i"))) unit = sv_skip(unit, 1);
    }
    if (sv_starts_nocase(unit, SV("b"))) unit = sv_skip(unit, 1);
    if (unit.n || number > UINT64_MAX >> shift) return false;
    *out = number << shift;
    return true;
}

bool option_parse_duration_ms(sv v, uint64_t *out) {
    static const struct {
        const char *unit;
        uint64_t ms;
    } units[] = {{"", 1000}, {"ms", 1}, {"s", 1000}, {"m", 60000}, {"min", 60000}, {"h", 3600000}};
    uint64_t number;
    sv unit;
    if (!cut_number(v, &number, &unit)) return false;
    for (size_t i = 0; i < COUNT_OF(units); i++)
        if (sv_eq(unit, sv_cstr(units[i].unit))) return !__builtin_mul_overflow(number, units[i].ms, out);
    return false;
}

static bool parse_flag(sv v, bool *out) {
    bool yes = sv_eq_nocase(v, SV("true")) || sv_eq(v, SV("1")) || sv_eq_nocase(v, SV("yes"));
    *out = yes;
    return yes || sv_eq_nocase(v, SV("false")) || sv_eq(v, SV("0")) || sv_eq_nocase(v, SV("no"));
}

bool option_list_add(struct option_list *list, const char *value, struct arena *strings) {
    union {
        const char **typed;
        void *plain;
    } items = {.typed = list->items};
    if (!arena_grow(strings, &items.plain, list->count, &list->cap, sizeof *list->items)) return false;
    list->items = items.typed;
    list->items[list->count++] = value;
    return true;
}

/* value: a C string that outlives the program's use of it. */
static enum err_code assign(const struct option *o, const char *value, const char *where, struct arena *strings, struct err *e) {
    static const char *const wanted[] = {"true or false", "a text", "a whole number", "a size such as 64M", "a duration such as 30s",
                                         "debug, info, warn or error", "a text", "a URL"};
    sv v = sv_cstr(value);
    bool ok = true;
    switch (o->type) {
    case OPTION_FLAG: ok = parse_flag(v, o->dest); break;
    case OPTION_TEXT:
    case OPTION_URL: *(const char **)o->dest = value; break;
    case OPTION_NUMBER: ok = sv_to_u64(v, o->dest); break;
    case OPTION_BYTES: ok = option_parse_bytes(v, o->dest); break;
    case OPTION_DURATION: ok = option_parse_duration_ms(v, o->dest); break;
    case OPTION_LOG_LEVEL: ok = log_level_parse(v, o->dest); break;
    case OPTION_LIST:
        if (!option_list_add(o->dest, value, strings)) return err_set(e, ERR_MEMORY, "no memory for the options");
        break;
    }
    return ok ? ERR_OK : err_set(e, ERR_USAGE, "%s: --%s takes %s, not '%s'", where, o->name, wanted[o->type], value);
}

static const struct option *find(const struct options *options, sv name) {
    for (size_t i = 0; i < options->count; i++)
        if (sv_eq(name, sv_cstr(options->table[i].name))) return &options->table[i];
    return NULL;
}

static enum err_code read_config(const struct options *options, const char *path, struct arena *strings, struct err *e) {
    struct sbuf text;
    sbuf_init(&text, CONFIG_MAX_BYTES);
    enum err_code code = file_read(path, &text, e);
    sv rest = sbuf_view(&text);
    for (size_t line = 1; !code && rest.p && rest.n; line++) {
        sv value = sv_trim(sv_cut(&rest, '\n'));
        if (value.n == 0 || value.p[0] == '#') continue;
        sv name = sv_trim(sv_cut(&value, '='));
        const struct option *o = find(options, name);
        sv copy = arena_dup(strings, sv_trim(value));
        char where[200];
        snprintf(where, sizeof where, "%s:%zu", path, line);
        if (!value.p)
            code = err_set(e, ERR_USAGE, "%s: no '=' in this line", where);
        else if (!copy.p)
            code = err_set(e, ERR_MEMORY, "no memory for the config file");
        else if (o) /* one file may serve all programs: names of others are passed over */
            code = assign(o, copy.p, where, strings, e);
    }
    sbuf_clear(&text);
    return code;
}

static enum err_code read_environment(const struct options *options, struct arena *strings, struct err *e) {
    enum err_code code = ERR_OK;
    for (size_t i = 0; !code && i < options->count; i++) {
        const char *value = options->table[i].env ? getenv(options->table[i].env) : NULL;
        if (value && *value) code = assign(&options->table[i], value, options->table[i].env, strings, e);
    }
    return code;
}

/* What one argument is: which option, and the value that hangs on it ("--name=value", "-nvalue"). */
static enum err_code recognise(const struct options *options, const char *argument, const struct option **out, const char **value, struct err *e) {
    *out = NULL;
    *value = NULL;
    if (argument[1] == '-') {
        const char *equals = strchr(argument, '=');
        sv name = equals ? sv_range(argument + 2, equals) : sv_cstr(argument + 2);
        *out = find(options, name);
        *value = equals ? equals + 1 : NULL;
    } else {
        for (size_t i = 0; i < options->count; i++)
            if (options->table[i].letter && options->table[i].letter == argument[1]) *out = &options->table[i];
        if (argument[2]) *value = argument + 2;
    }
    if (!*out) return err_set(e, ERR_USAGE, "there is no option '%s' (try --help)", argument);
    if ((*out)->type == OPTION_FLAG && argument[1] != '-' && *value) return err_set(e, ERR_USAGE, "-%c takes no value", argument[1]);
    return ERR_OK;
}

static bool is_option(const char *argument) { return argument[0] == '-' && argument[1] != '\0'; }

/* --help and --version anywhere before "--" end everything; --config is needed before the rest. */
static enum options_outcome look_ahead(int argc, char **argv, const char **config) {
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        if (!strcmp(argv[i], "--help") || !strcmp(argv[i], "-h")) return OPTIONS_HELP;
        if (!strcmp(argv[i], "--version") || !strcmp(argv[i], "-V")) return OPTIONS_VERSION;
        if (!strncmp(argv[i], "--config=", 9)) *config = argv[i] + 9;
        if (!strcmp(argv[i], "--config") && i + 1 < argc) *config = argv[i + 1];
    }
    return OPTIONS_RUN;
}

/* "scheme://user:password@...": user without password is fine. */
static bool has_password(const char *url) {
    const char *begin = strstr(url, "://"), *at = strrchr(url, '@');
    return begin && at && at > begin + 3 && memchr(begin + 3, ':', (size_t)(at - begin - 3));
}

static enum err_code assign_argument(const struct option *o, const char *value, struct arena *strings, struct err *e) {
    if (!value) return err_set(e, ERR_USAGE, "--%s needs a value (%s)", o->name, o->value);
    if (o->type == OPTION_URL && has_password(value))
        return err_set(e, ERR_USAGE, "--%s: everybody on this machine can read a password on the command line (ps): put the URL into %s or the config file, or the "
                       "password into a file and ?password-file=PATH behind the URL", o->name, o->env ? o->env : "REDIS_URL");
    return assign(o, value, "command line", strings, e);
}

enum err_code options_parse(const struct options *options, int argc, char **argv, struct arena *strings, const char **args, size_t *arg_count,
                            enum options_outcome *outcome, struct err *e) {
    const char *config = getenv("THRESHER_CONFIG");
    *arg_count = 0;
    *outcome = look_ahead(argc, argv, &config);
    if (*outcome != OPTIONS_RUN) return ERR_OK;
    enum err_code code = config && *config ? read_config(options, config, strings, e) : ERR_OK;
    if (!code) code = read_environment(options, strings, e);
    bool only_args = false;
    for (int i = 1; !code && i < argc; i++) {
        if (only_args || !is_option(argv[i])) {
            args[(*arg_count)++] = argv[i];
            continue;
        }
        if (!strcmp(argv[i], "--")) {
            only_args = true;
            continue;
        }
        if (!strncmp(argv[i], "--config", 8) && (argv[i][8] == '=' || argv[i][8] == '\0')) {
            i += argv[i][8] == '\0';
            continue;
        }
        const struct option *o;
        const char *value;
        code = recognise(options, argv[i], &o, &value, e);
        if (code) break;
        if (o->type == OPTION_FLAG && !value) value = "true";
        if (!value) value = i + 1 < argc ? argv[++i] : NULL;
        code = assign_argument(o, value, strings, e);
    }
    return code;
}

static void help_line(struct sbuf *out, char letter, const char *name, const char *value, const char *env, const char *help) {
    size_t start = out->n;
    if (letter) sbuf_addf(out, "  -%c, --%s", letter, name);
    else sbuf_addf(out, "      --%s", name);
    if (value) sbuf_addf(out, " %s", value);
    while (out->n - start < 32 && !out->err) sbuf_add_char(out, ' ');
    sbuf_addf(out, "  %s", help);
    if (env) sbuf_addf(out, " [$%s]", env);
    sbuf_add_char(out, '\n');
}

void options_help(const struct options *options, struct sbuf *out) {
    sbuf_addf(out, "Usage: %s\n\n%s\n\nOptions:\n", options->usage, options->about);
    for (size_t i = 0; i < options->count; i++) {
        const struct option *o = &options->table[i];
        help_line(out, o->letter, o->name, o->type == OPTION_FLAG ? NULL : o->value, o->env, o->help);
    }
    help_line(out, 0, "config", "FILE", "THRESHER_CONFIG", "lines 'option = value'; flags and environment win over it");
    help_line(out, 'h', "help", NULL, NULL, "this text");
    help_line(out, 'V', "version", NULL, NULL, "the version");
    if (options->epilog) sbuf_addf(out, "\n%s\n", options->epilog);
}
