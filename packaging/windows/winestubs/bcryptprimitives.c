/* For tests under wine only: random bytes, from the function that wine has. */
#include <windows.h>

BOOLEAN NTAPI SystemFunction036(PVOID to, ULONG count); /* RtlGenRandom */

__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE to, SIZE_T count)
{
    return SystemFunction036(to, (ULONG)count);
}
