/* The words with which Python is started, from those with which Angrilien.exe was. */

#include <stddef.h>
#include <wchar.h>

static int is_word(const wchar_t *one, const wchar_t *other)
{
    while (*one && *one == *other) {
        one++;
        other++;
    }
    return *one == *other;
}

/* Write into `to` the words for Python, and return how many: "-m" and the module's name go before
   what was given. The program starts itself again with all the words that Python had, so they may stand
   there already. `to` has room for count + 3. */
static int python_words(int count, wchar_t **given, wchar_t **to, wchar_t *name)
{
    static wchar_t module[] = L"-m";
    int made = 0, next = 1;
    to[made++] = given[0];
    to[made++] = module;
    to[made++] = name;
    if (count > 2 && is_word(given[1], module) && is_word(given[2], name))
        next = 3;
    while (next < count)
        to[made++] = given[next++];
    to[made] = NULL;
    return made;
}
