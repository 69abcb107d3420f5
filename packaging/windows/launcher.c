/* Angrilien.exe: starts the Python that lies in `program`, beside it, with our package.
   With SENDER defined, AngrilienEnvoi.exe: the sender without a window, which begins with each
   session and so says nothing where it cannot; a name of its own, so that an update can end it.

   It mends what a power cut in the middle of an update left: the update puts the former program
   aside as `program.old`, then the new one in its place. Between the two there is none.

   It serves every version of Python, so that an update may change the two one after the other.
   Built by build_installer.py without a C runtime and without Python's own headers. */

#ifndef UNICODE
#define UNICODE
#endif
#include <windows.h>
#include <shellapi.h>

#include "words.h"

#define ROOM 32768
#ifdef SENDER
#define MODULE L"angrilien.sender"
#else
#define MODULE L"angrilien"
#endif

typedef int (*python_main)(int, wchar_t **);

static wchar_t folder[ROOM];  /* program, without a stroke at its end */
static wchar_t path[ROOM];

/* What must be there; the rest is looked at by Python. */
static const wchar_t *const needed[] = {
    L"\\lib.zip",
    L"\\lib\\angrilien\\__main__.pyc",
};

static void fail(const wchar_t *why)
{
#ifdef SENDER
    (void)why;
#else
    MessageBoxW(NULL, why, L"Angrilien", MB_ICONERROR | MB_SETFOREGROUND);
#endif
    ExitProcess(2);
}

static int is_there(const wchar_t *name)
{
    lstrcpyW(path, folder);
    lstrcatW(path, name);
    return GetFileAttributesW(path) != INVALID_FILE_ATTRIBUTES;
}

static void put_back_the_former(void)
{
    if (is_there(L"") || !is_there(L".old"))
        return;
    MoveFileExW(path, folder, MOVEFILE_WRITE_THROUGH);
}

/* Write the full name of Python's library into `path`, and tell whether there is one:
   python311.dll, not python3.dll, which only leads to it. */
static int find_python(void)
{
    WIN32_FIND_DATAW found;
    HANDLE search;
    int ok = 0;
    is_there(L"\\python3*.dll");
    search = FindFirstFileW(path, &found);
    if (search == INVALID_HANDLE_VALUE)
        return 0;
    do
        ok = lstrlenW(found.cFileName) > lstrlenW(L"python3.dll");
    while (!ok && FindNextFileW(search, &found));
    FindClose(search);
    is_there(L"\\");
    lstrcatW(path, found.cFileName);
    return ok;
}

/* A window's program may inherit handles that lead nowhere; Python would not start with them. */
static void drop_dead_handles(void)
{
    static const DWORD all[] = {STD_INPUT_HANDLE, STD_OUTPUT_HANDLE, STD_ERROR_HANDLE};
    for (int n = 0; n < 3; n++) {
        HANDLE handle = GetStdHandle(all[n]);
        DWORD kind = FILE_TYPE_UNKNOWN;
        if (handle && handle != INVALID_HANDLE_VALUE)
            kind = GetFileType(handle);
        if (kind != FILE_TYPE_DISK && kind != FILE_TYPE_PIPE)
            SetStdHandle(all[n], NULL);
    }
}

void start(void)
{
    DWORD length = GetModuleFileNameW(NULL, folder, ROOM - 64);
    static wchar_t module[] = MODULE;
    int count = 0;
    wchar_t **given, **words;
    HMODULE library;
    python_main run;

    while (length && folder[length - 1] != L'\\')
        length--;
    lstrcpyW(folder + length, L"program");
    put_back_the_former();
    for (size_t n = 0; n < sizeof needed / sizeof *needed; n++)
        if (!is_there(needed[n]))
            fail(L"Il manque un morceau d\u2019Angrilien. Installez-le \u00e0 nouveau\u00a0: "
                 L"le cahier n\u2019a pas boug\u00e9.");

    /* Libraries are looked for in our own folders, never in the one it was started from. */
    SetDllDirectoryW(L"");
    AddDllDirectory(folder);
    library = find_python() ? LoadLibraryExW(path, NULL, LOAD_WITH_ALTERED_SEARCH_PATH) : NULL;
    run = library ? (python_main)(void *)GetProcAddress(library, "Py_Main") : NULL;
    if (!run)
        fail(L"Angrilien ne peut pas d\u00e9marrer. Installez-le \u00e0 nouveau\u00a0: "
             L"le cahier n\u2019a pas boug\u00e9.");

    drop_dead_handles();
    given = CommandLineToArgvW(GetCommandLineW(), &count);
    words = given ? HeapAlloc(GetProcessHeap(), 0, (count + 4) * sizeof *words) : NULL;
    if (!words)
        fail(L"Cet ordinateur n\u2019a plus de m\u00e9moire libre. Fermez d\u2019autres programmes, "
             L"puis ouvrez Angrilien \u00e0 nouveau.");
    count = python_words(count, given, words, module);
    ExitProcess(run(count, words));
}
