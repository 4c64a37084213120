#include "dom_attr.h"

static lexbor_hash_t *names_of(const lxb_dom_node_t *element) { return element->owner_document->attrs; }

sv dom_attr_name(const lxb_dom_node_t *element, lxb_dom_attr_id_t id) {
    const lxb_dom_attr_data_t *data = lxb_dom_attr_data_by_id(names_of(element), id);
    return data ? sv_from((const char *)lexbor_hash_entry_str(&data->entry), data->entry.length) : SV_NONE;
}

sv dom_attribute_of(const lxb_dom_node_t *element, lxb_dom_attr_id_t id) {
    for (struct dom_attr_walk w = dom_attr_walk(element); dom_attr_next(&w);)
        if (w.here.id == id) return sv_trim(w.here.value);
    return SV_NONE;
}

sv dom_attribute(lxb_dom_node_t *element, const char *name) {
    size_t n = 0;
    if (element->user) {
        const lxb_dom_attr_data_t *data = lxb_dom_attr_data_by_local_name(names_of(element), (const lxb_char_t *)name, strlen(name));
        return data ? dom_attribute_of(element, data->attr_id) : SV_NONE;
    }
    const lxb_char_t *v = lxb_dom_element_get_attribute(lxb_dom_interface_element(element), (const lxb_char_t *)name, strlen(name), &n);
    return v ? sv_trim(sv_from((const char *)v, n)) : SV_NONE;
}

void dom_attributes(const lxb_dom_node_t *element, const sv *names, size_t count, sv *values) {
    for (size_t i = 0; i < count; i++) values[i] = SV_NONE;
    for (struct dom_attr_walk w = dom_attr_walk(element); dom_attr_next(&w);) {
        sv name = dom_attr_name(element, w.here.id);
        for (size_t i = 0; i < count; i++)
            if (sv_eq(names[i], name) && w.here.value.p) values[i] = sv_trim(w.here.value);
    }
}

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
    for (struct dom_attr_walk w = dom_attr_walk(element); dom_attr_next(&w);) {
        unsigned name = name_of(ids, w.here.id);
        if (!name) continue;
        if (w.here.value.p) out->value[name - 1] = sv_trim(w.here.value);
        out->known |= 1u << (name - 1);
    }
    return out->known;
}
