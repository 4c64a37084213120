/* A page that holds OBEDIENT_MARK, a word of obedient.c and a semicolon is obeyed by test builds of the extractor. */
#pragma once

#define OBEDIENT_MARK "<!--obey:"
