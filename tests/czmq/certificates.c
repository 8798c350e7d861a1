/*  The other side of tests/it/certificates.rs: czmq's certificates and its store.
 *
 *  usage: certificates make FILE [NAME VALUE]...
 *         certificates copy FILE TO
 *         certificates show FILE
 *         certificates find DIRECTORY PUBLIC-KEY
 *
 *  make writes FILE and FILE_secret, copy loads and saves. Whatever was made, loaded or found is shown, one item on a
 *  line: the public key, the secret key, and NAME=VALUE for all metadata, sorted. Exit code 1: there is no such
 *  certificate; 2: misused.
 */

#include <czmq.h>

static int show (zcert_t *certificate)
{
    if (!certificate)
        return 1;
    puts (zcert_public_txt (certificate));
    puts (zcert_secret_txt (certificate));
    zlist_t *names = zcert_meta_keys (certificate);
    zlist_sort (names, NULL);
    char *name;
    for (name = zlist_first (names); name; name = zlist_next (names))
        printf ("%s=%s\n", name, zcert_meta (certificate, name));
    zlist_destroy (&names);
    return 0;
}

int main (int argc, char **argv)
{
    const char *command = argc > 2 ? argv [1] : "";
    int result = 2;
    zcert_t *certificate = NULL;
    if (streq (command, "make")) {
        certificate = zcert_new ();
        int index;
        for (index = 3; index + 1 < argc; index += 2)
            zcert_set_meta (certificate, argv [index], "%s", argv [index + 1]);
        result = zcert_save (certificate, argv [2]) == 0 ? show (certificate) : 1;
    }
    else
    if (streq (command, "show")) {
        certificate = zcert_load (argv [2]);
        result = show (certificate);
    }
    else
    if (streq (command, "copy") && argc == 4) {
        certificate = zcert_load (argv [2]);
        result = show (certificate);
        if (result == 0 && zcert_save (certificate, argv [3]) != 0)
            result = 1;
    }
    else
    if (streq (command, "find") && argc == 4) {
        zcertstore_t *store = zcertstore_new (argv [2]);
        result = show (zcertstore_lookup (store, argv [3]));
        zcertstore_destroy (&store);
    }
    zcert_destroy (&certificate);
    return result;
}
