#include "dom_attr.h"

void dom_attr_resolve(lxb_html_document_t *document, struct dom_attr_ids *out) {
    static const char *const names[DOM_ATTR_END] = {"class", "content", "datetime", "href", "hreflang", "http-equiv", "id", "itemprop", "lang", "name", "property", "rel", "title", "type"};
    for (size_t i = 0; i < DOM_ATTR_END; i++) {
        const lxb_dom_attr_data_t *data = lxb_dom_attr_data_by_local_name(lxb_dom_interface_document(document)->attrs, (const lxb_char_t *)names[i], strlen(names[i]));
        out->id[i] = data ? data->attr_id : 0;
    }
}

bool dom_attr_read(const lxb_dom_node_t *element, const struct dom_attr_ids *ids, struct dom_attrs *out) {
    bool any = false;
    *out = (struct dom_attrs){0};
    for (const lxb_dom_attr_t *a = ((const lxb_dom_element_t *)(const void *)element)->first_attr; a; a = a->next)
        for (size_t i = 0; i < DOM_ATTR_END; i++) {
            if (a->node.local_name != ids->id[i]) continue;
            if (a->value) out->value[i] = sv_trim(sv_from((const char *)a->value->data, a->value->length));
            any = true;
            break;
        }
    return any;
}
