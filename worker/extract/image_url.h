/* Where an image lies: which of the addresses that a page gives for it is the picture, and which two are sizes of the same one. */
#pragma once

#include <lexbor/html/html.h>

#include "base/sv.h"

/* The best reference of an <img> (or <amp-img>): the largest of its srcset, what scripts would load, its src, the sources of the <picture>
 * around it, in this order; never a placeholder. Absent when there is none. Borrowed from the document. */
sv image_url_best(lxb_dom_node_t *img);
/* Equal for addresses that name the same picture in other sizes or formats: made from the file name without its size, or from its folder
 * where the name says nothing. O(length). */
uint64_t image_url_key(sv url);
/* Nothing to see: an address for scripts, of a site, of a blank file. */
bool image_url_is_placeholder(sv url);
/* Icons, logos, tracking pixels, avatars, buttons and the like, by the words of the address. */
bool image_url_is_furniture(sv url);
/* A drawing (.svg): a diagram at best, an icon mostly. */
bool image_url_is_vector(sv url);
/* Whether an address ends in the name of an image file. */
bool image_url_is_file(sv url);
/* Whether one of the references of the image, its sizes included, has this key. */
bool image_url_names(lxb_dom_node_t *img, uint64_t key);
/* Whether the address says that both sides are at most so many pixels ("/40x40/"). */
bool image_url_is_small(sv url, unsigned most_pixels);
