#include "runtime/input_options.h"

void input_options_table(struct input_options *dest, struct option *rows) {
    const struct option table[] = {
#define X(field, type, name, value, help) {name, 0, OPTION_##type, value, NULL, help, &dest->field},
        INPUT_OPTIONS(X)
#undef X
    };
    _Static_assert(COUNT_OF(table) == INPUT_OPTIONS_COUNT, "every option has a row");
    memcpy(rows, table, sizeof table);
}

static bool add(const char *name, const char *value, struct option_list *args, struct arena *strings) {
    if (!value) return true;
    size_t n = strlen(name), m = strlen(value);
    char *text = arena_alloc(strings, n + m + 4);
    if (!text) return false;
    memcpy(text, "--", 2);
    memcpy(text + 2, name, n);
    text[n + 2] = '=';
    memcpy(text + n + 3, value, m);
    return option_list_add(args, text, strings);
}

static bool add_list(const char *name, const struct option_list *list, struct option_list *args, struct arena *strings) {
    bool added = true;
    for (size_t i = 0; added && i < list->count; i++) added = add(name, list->items[i], args, strings);
    return added;
}

bool input_options_add_args(const struct input_options *o, struct option_list *args, struct arena *strings) {
    bool added = true;
#define ADD_LIST(field, name) added = added && add_list(name, &o->field, args, strings);
#define ADD_TEXT(field, name) added = added && add(name, o->field, args, strings);
#define ADD_FLAG(field, name) added = added && add(name, o->field ? "true" : NULL, args, strings);
#define X(field, type, name, value, help) ADD_##type(field, name)
    INPUT_OPTIONS(X)
#undef X
    return added;
}
