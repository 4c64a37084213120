#include "dom_attr.h"

void dom_attr_resolve(lxb_html_document_t *document, struct dom_attr_ids *out) {
    static const char *const names[DOM_ATTR_END] = {"class", "content", "datetime", "href", "hreflang", "http-equiv", "id", "itemprop", "lang", "name", "property", "rel", "title", "type", "value"};
    *out = (struct dom_attr_ids){.others = 0};
    for (unsigned i = 0; i < DOM_ATTR_END; i++) {
        const lxb_dom_attr_data_t *data = lxb_dom_attr_data_by_local_name(lxb_dom_interface_document(document)->attrs, (const lxb_char_t *)names[i], strlen(names[i]));
        if (!data) continue; /* no element of the document has it */
        if (data->attr_id < LXB_DOM_ATTR__LAST_ENTRY) {
            out->known[data->attr_id] = (uint8_t)(i + 1);
            continue;
        }
        out->other[out->others].id = data->attr_id;
        out->other[out->others++].name = (enum dom_attr_name)i;
    }
}

static unsigned name_of(const struct dom_attr_ids *ids, uintptr_t id) {
    if (id < LXB_DOM_ATTR__LAST_ENTRY) return ids->known[id];
    for (size_t i = 0; i < ids->others; i++)
        if (ids->other[i].id == id) return (unsigned)ids->other[i].name + 1;
    return 0;
}

_Static_assert(DOM_ATTR_END <= 32, "a bit of `known` each");

bool dom_attr_read(const lxb_dom_node_t *element, const struct dom_attr_ids *ids, struct dom_attrs *out) {
    for (; out->known; out->known &= out->known - 1) out->value[__builtin_ctz(out->known)] = SV_NONE;
    for (const lxb_dom_attr_t *a = ((const lxb_dom_element_t *)(const void *)element)->first_attr; a; a = a->next) {
        unsigned name = name_of(ids, a->node.local_name);
        if (!name) continue;
        if (a->value) out->value[name - 1] = sv_trim(sv_from((const char *)a->value->data, a->value->length));
        out->known |= 1u << (name - 1);
    }
    return out->known;
}
