/* Names of months and weekdays of about fifty languages. */
#pragma once

#include "base/sv.h"

/* 1..12 for a month's name or abbreviation in any case, with or without a period; 0 for everything else. Where two languages use one word for
 * two months (Croatian and Polish "listopada"), the one of more speakers counts. O(log names). */
unsigned months_find(sv word);
bool months_is_weekday(sv word);
