/* For tests under wine only: the calls that Qt imports from Windows' own icuuc.dll, for encodings
   that it does not know itself. No converter is ever opened, so that nothing else is called with
   one; Qt then says that it does not know the encoding. */

#include <stddef.h>

#define EXPORT __declspec(dllexport)
#define UNSUPPORTED 16 /* U_UNSUPPORTED_ERROR */

EXPORT void *ucnv_open(const char *name, int *error)
{
    (void)name;
    *error = UNSUPPORTED;
    return NULL;
}

EXPORT int ucnv_countAvailable(void)
{
    return 0;
}

EXPORT const char *ucnv_getAvailableName(int number)
{
    (void)number;
    return NULL;
}

EXPORT const char *ucnv_getStandardName(const char *name, const char *standard, int *error)
{
    (void)name, (void)standard;
    *error = UNSUPPORTED;
    return NULL;
}

#define NEVER_CALLED(name) \
    EXPORT void name(void)    \
    {                      \
    }

NEVER_CALLED(ucnv_close)
NEVER_CALLED(UCNV_FROM_U_CALLBACK_SUBSTITUTE)
NEVER_CALLED(UCNV_TO_U_CALLBACK_SUBSTITUTE)
NEVER_CALLED(ucnv_reset)
NEVER_CALLED(ucnv_getMaxCharSize)
NEVER_CALLED(ucnv_getName)
NEVER_CALLED(ucnv_getToUCallBack)
NEVER_CALLED(ucnv_getFromUCallBack)
NEVER_CALLED(ucnv_setToUCallBack)
NEVER_CALLED(ucnv_setFromUCallBack)
NEVER_CALLED(ucnv_cbToUWriteUChars)
NEVER_CALLED(ucnv_toUnicode)
NEVER_CALLED(ucnv_cbFromUWriteUChars)
NEVER_CALLED(ucnv_toUCountPending)
NEVER_CALLED(ucnv_fromUCountPending)
NEVER_CALLED(ucnv_fromUnicode)
