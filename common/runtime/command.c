#include "runtime/command.h"

#include <errno.h>
#include <stdio.h>

#include "runtime/version.h"

bool command_begin(struct command *c, int argc, char **argv, int *status) {
    struct err e = {0};
    enum options_outcome outcome = OPTIONS_RUN;
    arena_init(&c->arena, 0);
    c->arg_count = 0;
    c->args = ARENA_ARRAY(&c->arena, const char *, (size_t)argc + 1);
    enum err_code code = c->args ? options_parse(c->options, argc, argv, &c->arena, c->args, &c->arg_count, &outcome, &e) : err_set(&e, ERR_MEMORY, "no memory");
    *status = code ? command_fail(c, &e) : COMMAND_OK;
    if (code || outcome == OPTIONS_RUN) return !code;
    struct sbuf text;
    sbuf_init(&text, 0);
    if (outcome == OPTIONS_HELP) options_help(c->options, &text);
    else {
        sbuf_addf(&text, "%s %s", c->name, version_text());
        if (c->parts) sbuf_addf(&text, " (%s)", c->parts);
        sbuf_add_char(&text, '\n');
    }
    if (!command_print(c, &text)) *status = COMMAND_DISK;
    sbuf_clear(&text);
    return false;
}

void command_clear(struct command *c) { arena_clear(&c->arena); }

int command_fail(const struct command *c, const struct err *e) {
    fprintf(stderr, "%s: %s\n", c->name, e->msg);
    return e->code == ERR_USAGE ? COMMAND_USAGE : COMMAND_REDIS;
}

static bool say_unwritten(const struct command *c, const char *why) {
    fprintf(stderr, "%s: cannot write to standard output: %s\n", c->name, why);
    return false;
}

bool command_flush(const struct command *c) {
    if (fflush(stdout) != 0) return say_unwritten(c, strerror(errno));
    return !ferror(stdout) || say_unwritten(c, "an earlier write failed");
}

bool command_print(const struct command *c, const struct sbuf *out) {
    sv text = sbuf_view(out);
    if (out->err) return say_unwritten(c, "no memory");
    return fwrite(text.p, 1, text.n, stdout) == text.n ? command_flush(c) : say_unwritten(c, strerror(errno));
}
