/* For tests under wine only: a screen without a colour profile. */
#include <windows.h>

#define EXPORT __declspec(dllexport)

EXPORT HANDLE WINAPI OpenColorProfileW(void *profile, DWORD access, DWORD share, DWORD creation)
{
    (void)profile, (void)access, (void)share, (void)creation;
    SetLastError(ERROR_FILE_NOT_FOUND);
    return NULL;
}

EXPORT BOOL WINAPI CloseColorProfile(HANDLE profile)
{
    (void)profile;
    return FALSE;
}

EXPORT BOOL WINAPI GetColorProfileFromHandle(HANDLE profile, BYTE *to, DWORD *size)
{
    (void)profile, (void)to, (void)size;
    return FALSE;
}

EXPORT HANDLE WINAPI WcsCreateIccProfile(HANDLE profile, DWORD options)
{
    (void)profile, (void)options;
    return NULL;
}
