#include <new>

#include <uchardet/uchardet.h>

/* uchardet is C++ behind its C functions and throws when memory is out. Writes the name that it found into name[48], "" for none;
 * false when memory is out. */
extern "C" bool thresher_uchardet(const char *bytes, size_t n, char name[48]);

extern "C" bool thresher_uchardet(const char *bytes, size_t n, char name[48]) {
    uchardet_t detector = nullptr;
    bool done = false;
    name[0] = '\0';
    try {
        detector = uchardet_new();
        done = detector && uchardet_handle_data(detector, bytes, n) == 0;
        if (done) {
            uchardet_data_end(detector);
            const char *found = uchardet_get_charset(detector);
            for (size_t i = 0; i < 47 && found[i]; i++) name[i] = found[i], name[i + 1] = '\0';
        }
    } catch (const std::bad_alloc &) {
        done = false;
    }
    if (detector) uchardet_delete(detector);
    return done;
}
