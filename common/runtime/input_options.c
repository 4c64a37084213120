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
