# thresher_embed_text(OUT_C OUT_H PREFIX FILE...): C string constants PREFIX_<stem> of text files, and PREFIX_<stem>_sha1, their SHA-1
# in hex, made at build time.
function(thresher_embed_text out_c out_h prefix)
  list(TRANSFORM ARGN PREPEND ${CMAKE_CURRENT_SOURCE_DIR}/ OUTPUT_VARIABLE files)
  list(JOIN files "|" joined)
  add_custom_command(
    OUTPUT ${out_c} ${out_h}
    COMMAND ${CMAKE_COMMAND} -DOUT_C=${out_c} -DOUT_H=${out_h} -DPREFIX=${prefix} -DFILES=${joined}
            -P ${PROJECT_SOURCE_DIR}/cmake/embed_text.cmake
    DEPENDS ${files} ${PROJECT_SOURCE_DIR}/cmake/embed_text.cmake
    VERBATIM)
endfunction()
