; The Windows installer. build_installer.py gives VERSION, STAGE (folder that stage_windows.py made), OUT, PICTURES, HERE,
; NEEDED_KB, QUICK (not compressed, for tests) and SIGN (a command that signs the file after it).
;
; Words: /S silent, /AllUsers or /CurrentUser, /AUTOSTART=1, /PROFILE=FILE, /OLDER (an older version
; may replace a newer one); of the uninstaller: /S, /PURGE (the venue's file too).
; Ends with: 0 done, 1 given up, 3 no rights, 4 Windows too old, 5 Angrilien is open, 6 the venue's
; file was refused (the program is installed), 7 another program holds a file, 8 a newer version is
; there, 9 not enough room, 10 the new version does not start. But for 0 and 6 nothing has changed.
;
; An update lays the new version beside the present one and starts it unseen; only then the two
; change places, by two renamings. Between them there is no `program`: the launcher, and the next
; installation, put `program.old` back. The notebook is elsewhere and is not touched.

Unicode true
Target amd64-unicode
ManifestDPIAware true
ManifestLongPathAware true
ManifestSupportedOS Win10
RequestExecutionLevel user
!ifdef QUICK
  SetCompress off
!else
  SetCompressor /SOLID /FINAL lzma
  SetCompressorDictSize 64
!endif

!define APP "Angrilien"
!define SENDER "AngrilienEnvoi"
!define RUN_KEY "Software\Microsoft\Windows\CurrentVersion\Run"
!define UNINSTALL_KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\${APP}"
!define KEY "Software\${APP}"
!define BUILD_OF_1809 17763

Name "${APP}"
OutFile "${OUT}"
BrandingText "${APP} ${VERSION}"
!ifdef SIGN
  !uninstfinalize '${SIGN} "%1"' = 0
!endif

!include MUI2.nsh
!include LogicLib.nsh
!include FileFunc.nsh
!include WordFunc.nsh
!include WinVer.nsh
!include x64.nsh
!include nsDialogs.nsh

Var AllUsers   ; "1": for every account of the computer
Var Chosen     ; "1": the command line says for whom
Var VenueFile  ; file of the venue, from the command line
Var Autostart  ; "1": open Angrilien when the session begins
Var Older      ; "1": an older version may replace a newer one
Var Before     ; version that is installed, "" without one
Var OnlyMe
Var Everybody

!define MUI_ICON "${PICTURES}/angrilien.ico"
!define MUI_UNICON "${PICTURES}/angrilien.ico"
!define MUI_ABORTWARNING
!define MUI_WELCOMEFINISHPAGE_BITMAP "${PICTURES}/side.bmp"
!define MUI_WELCOMEPAGE_TITLE "$(WELCOME)"
!define MUI_WELCOMEPAGE_TEXT "$(WELCOME_MORE)"
!insertmacro MUI_PAGE_WELCOME
Page custom ForWhom ForWhomLeave
!insertmacro MUI_PAGE_INSTFILES
!define MUI_FINISHPAGE_RUN
!define MUI_FINISHPAGE_RUN_TEXT "$(OPEN_NOW)"
!define MUI_FINISHPAGE_RUN_FUNCTION OpenNow
!define MUI_FINISHPAGE_SHOWREADME
!define MUI_FINISHPAGE_SHOWREADME_NOTCHECKED
!define MUI_FINISHPAGE_SHOWREADME_TEXT "$(OPEN_ALWAYS)"
!define MUI_FINISHPAGE_SHOWREADME_FUNCTION WriteAutostart
!insertmacro MUI_PAGE_FINISH
!define MUI_UNCONFIRMPAGE_TEXT_TOP "$(THE_NOTEBOOK_STAYS)"
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "French"
!insertmacro MUI_LANGUAGE "English"
!include "${HERE}/words.nsh"

VIProductVersion "${VERSION}.0"
!macro About LANGUAGE
  VIAddVersionKey /LANG=${LANGUAGE} "ProductName" "${APP}"
  VIAddVersionKey /LANG=${LANGUAGE} "FileDescription" "Installation d’${APP}"
  VIAddVersionKey /LANG=${LANGUAGE} "FileVersion" "${VERSION}"
  VIAddVersionKey /LANG=${LANGUAGE} "ProductVersion" "${VERSION}"
  VIAddVersionKey /LANG=${LANGUAGE} "CompanyName" "${APP}"
  VIAddVersionKey /LANG=${LANGUAGE} "LegalCopyright" "GPL-3.0-or-later"
!macroend
!insertmacro About ${LANG_FRENCH}
!insertmacro About ${LANG_ENGLISH}

; --- Before anything is laid ---------------------------------------------------------------------

; Say why it does not go on, and end with a code.
!macro Refuse CODE TEXT
  MessageBox MB_ICONEXCLAMATION|MB_OK|MB_SETFOREGROUND "${TEXT}" /SD IDOK
  SetErrorLevel ${CODE}
  Quit
!macroend
!define Refuse "!insertmacro Refuse"

; The same, once something was laid: it is taken away.
!macro GiveUp CODE TEXT
  SetOutPath "$TEMP"
  RMDir /r "$INSTDIR\program.new"
  RMDir "$INSTDIR"
  DetailPrint "${TEXT}"
  ${Refuse} ${CODE} "${TEXT}"
!macroend
!define GiveUp "!insertmacro GiveUp"

!macro IsAdmin RESULT
  UserInfo::GetAccountType
  Pop ${RESULT}
!macroend

Function .onInit
  ${IfNot} ${AtLeastBuild} ${BUILD_OF_1809}
    ${Refuse} 4 "$(TOO_OLD)"
  ${EndIf}
  ${IfNot} ${RunningX64}
    ${Refuse} 4 "$(TOO_OLD)"
  ${EndIf}
  SetRegView 64
  ${GetParameters} $R0
  ClearErrors
  ${GetOptions} $R0 "/PROFILE=" $VenueFile
  ClearErrors
  ${GetOptions} $R0 "/AUTOSTART=" $Autostart
  ClearErrors
  ${GetOptions} $R0 "/OLDER" $R1
  ${IfNot} ${Errors}
    StrCpy $Older 1
  ${EndIf}
  ClearErrors
  ${GetOptions} $R0 "/CurrentUser" $R1
  ${IfNot} ${Errors}
    StrCpy $Chosen 1
  ${EndIf}
  ClearErrors
  ${GetOptions} $R0 "/AllUsers" $R1
  ${IfNot} ${Errors}
    StrCpy $Chosen 1
    StrCpy $AllUsers 1
  ${EndIf}
  ; What is there for everybody is updated for everybody.
  ReadRegStr $R2 HKLM "${KEY}" "InstallDir"
  ${If} $Chosen != 1
  ${AndIf} $R2 != ""
    StrCpy $AllUsers 1
    StrCpy $Chosen 1
  ${EndIf}
  ${If} $AllUsers == 1
    !insertmacro IsAdmin $R3
    ${If} $R3 != "Admin"
      ${Refuse} 3 "$(NEEDS_ADMIN)"
    ${EndIf}
  ${EndIf}
  Call SetPlace
FunctionEnd

; The folder, and the registry's part, for one account or for all.
Function SetPlace
  ${If} $AllUsers == 1
    SetShellVarContext all
    StrCpy $INSTDIR "$PROGRAMFILES64\${APP}"
  ${Else}
    SetShellVarContext current
    StrCpy $INSTDIR "$LOCALAPPDATA\Programs\${APP}"
  ${EndIf}
  ReadRegStr $R2 SHCTX "${KEY}" "InstallDir"
  ${If} $R2 != ""
    StrCpy $INSTDIR $R2
  ${EndIf}
  ReadRegStr $Before SHCTX "${UNINSTALL_KEY}" "DisplayVersion"
FunctionEnd

; Only who may install for everybody is asked for whom.
Function ForWhom
  !insertmacro IsAdmin $R3
  ${If} $Chosen == 1
  ${OrIf} $R3 != "Admin"
    Abort
  ${EndIf}
  !insertmacro MUI_HEADER_TEXT "$(FOR_WHOM)" "$(FOR_WHOM_MORE)"
  nsDialogs::Create 1018
  Pop $0
  ${NSD_CreateRadioButton} 0 10u 100% 12u "$(ONLY_ME)"
  Pop $OnlyMe
  ${NSD_CreateRadioButton} 0 30u 100% 12u "$(EVERYBODY)"
  Pop $Everybody
  ${If} $AllUsers == 1
    ${NSD_Check} $Everybody
  ${Else}
    ${NSD_Check} $OnlyMe
  ${EndIf}
  nsDialogs::Show
FunctionEnd

Function ForWhomLeave
  ${NSD_GetState} $Everybody $0
  ${If} $0 == ${BST_CHECKED}
    StrCpy $AllUsers 1
  ${Else}
    StrCpy $AllUsers ""
  ${EndIf}
  Call SetPlace
FunctionEnd

Function RefuseOlder
  ${If} $Before == ""
  ${OrIf} $Older == 1
    Return
  ${EndIf}
  ${VersionCompare} "$Before" "${VERSION}" $0
  ${If} $0 == 1
    ${Refuse} 8 "$(NEWER_IS_THERE)"
  ${EndIf}
FunctionEnd

; The file of a program that runs cannot be opened for writing.
!macro RefuseOpen PREFIX
Function ${PREFIX}RefuseOpen
  StrCpy $R9 0
  ${DoWhile} ${FileExists} "$INSTDIR\${APP}.exe"
    ClearErrors
    FileOpen $0 "$INSTDIR\${APP}.exe" a
    ${IfNot} ${Errors}
      FileClose $0
      Return
    ${EndIf}
    IntOp $R9 $R9 + 1
    ${If} $R9 < 4
      Sleep 500
    ${Else}
      MessageBox MB_ICONEXCLAMATION|MB_RETRYCANCEL|MB_SETFOREGROUND "$(CLOSE_IT_FIRST)" /SD IDCANCEL IDRETRY again
      SetErrorLevel 5
      Quit
      again:
    ${EndIf}
  ${Loop}
FunctionEnd
!macroend
!insertmacro RefuseOpen ""
!insertmacro RefuseOpen "un."

; The sender waits without a window and has nothing to save; it begins again with the next session.
!macro EndSender PREFIX
Function ${PREFIX}EndSender
  nsExec::Exec '"$SYSDIR\taskkill.exe" /F /IM ${SENDER}.exe'
  Pop $0
FunctionEnd
!macroend
!insertmacro EndSender ""
!insertmacro EndSender "un."

; A power cut in the middle of an update left these.
Function Mend
  ${IfNot} ${FileExists} "$INSTDIR\program\*.*"
  ${AndIf} ${FileExists} "$INSTDIR\program.old\*.*"
    Rename "$INSTDIR\program.old" "$INSTDIR\program"
  ${EndIf}
  RMDir /r "$INSTDIR\program.new"
  RMDir /r "$INSTDIR\program.old"
FunctionEnd

Function RefuseNoRights
  ClearErrors
  CreateDirectory "$INSTDIR\program.new"
  FileOpen $0 "$INSTDIR\program.new\essai" w
  ${If} ${Errors}
    ${GiveUp} 3 "$(NO_RIGHTS)"
  ${EndIf}
  FileClose $0
  Delete "$INSTDIR\program.new\essai"
FunctionEnd

Function RefuseNoRoom
  ; The present version stays until the new one is whole: room for all of it, and 50 MB.
  ${DriveSpace} "$INSTDIR" "/D=F /S=K" $0
  ${If} $0 == ""
    Return
  ${EndIf}
  IntOp $1 ${NEEDED_KB} + 51200
  ${If} $0 < $1
    IntOp $1 $1 / 1024
    ${GiveUp} 9 "$(NO_ROOM)"
  ${EndIf}
FunctionEnd

; --- The program ---------------------------------------------------------------------------------

; Rename a folder; what an antivirus holds is waited for.
!macro Move FROM TO
  StrCpy $R9 0
  ${Do}
    ClearErrors
    Rename "${FROM}" "${TO}"
    ${IfNot} ${Errors}
      ${ExitDo}
    ${EndIf}
    IntOp $R9 $R9 + 1
    Sleep 500
  ${LoopUntil} $R9 >= 40
!macroend

Function TakeItsPlace
  SetOutPath "$INSTDIR"
  ${If} ${FileExists} "$INSTDIR\program\*.*"
    !insertmacro Move "$INSTDIR\program" "$INSTDIR\program.old"
    ${If} $R9 >= 40
      ${GiveUp} 7 "$(FILE_IS_HELD)"
    ${EndIf}
  ${EndIf}
  !insertmacro Move "$INSTDIR\program.new" "$INSTDIR\program"
  ${If} $R9 >= 40
    Rename "$INSTDIR\program.old" "$INSTDIR\program"
    ${GiveUp} 7 "$(FILE_IS_HELD)"
  ${EndIf}
FunctionEnd

; Replace a file whole: a power cut leaves the former or the new one.
!macro Replace NEW OLD
  System::Call 'kernel32::MoveFileExW(w "${NEW}", w "${OLD}", i 9) i .r0'
!macroend

Section "${APP}"
  Call RefuseOlder
  Call RefuseOpen
  Call Mend
  Call RefuseNoRights
  Call RefuseNoRoom

  SetOutPath "$INSTDIR\program.new"
  ClearErrors
  File /r "${STAGE}/program/*"
  ${If} ${Errors}
    ${GiveUp} 9 "$(NOT_WRITTEN)"
  ${EndIf}
  SetOutPath "$TEMP"
  DetailPrint "$(TRYING)"
  nsExec::ExecToStack /TIMEOUT=120000 '"$INSTDIR\program.new\python.exe" -m angrilien --trial-start'
  Pop $1
  Pop $2
  ${If} $1 != 0
    ${If} $Before == ""
      ${GiveUp} 10 "$(DOES_NOT_START)"
    ${Else}
      ${GiveUp} 10 "$(NEW_DOES_NOT_START)"
    ${EndIf}
  ${EndIf}
  Call RefuseOpen
  Call EndSender
  Call TakeItsPlace

  File "/oname=${APP}.exe.new" "${STAGE}/${APP}.exe"
  !insertmacro Replace "$INSTDIR\${APP}.exe.new" "$INSTDIR\${APP}.exe"
  File "/oname=${SENDER}.exe.new" "${STAGE}/${SENDER}.exe"
  !insertmacro Replace "$INSTDIR\${SENDER}.exe.new" "$INSTDIR\${SENDER}.exe"
  SetOutPath "$TEMP"
  RMDir /r "$INSTDIR\program.old"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  Call WriteEntries
  Call TakeProfile
SectionEnd

; What extraction could not write ends here.
Function .onInstFailed
  SetOutPath "$TEMP"
  RMDir /r "$INSTDIR\program.new"
  RMDir "$INSTDIR"
FunctionEnd

Function WriteEntries
  CreateShortcut "$SMPROGRAMS\${APP}.lnk" "$INSTDIR\${APP}.exe"
  CreateShortcut "$DESKTOP\${APP}.lnk" "$INSTDIR\${APP}.exe"
  ${If} $Autostart == 1
    Call WriteAutostart
  ${ElseIf} $Autostart == 0
    DeleteRegValue SHCTX "${RUN_KEY}" "${APP}"
  ${EndIf}
  ; Whoever took the sender away from the session does not find it there again.
  ReadRegStr $0 SHCTX "${RUN_KEY}" "${APP}Sender"
  ${If} $Before == ""
  ${OrIf} $0 != ""
    WriteRegStr SHCTX "${RUN_KEY}" "${APP}Sender" '"$INSTDIR\${SENDER}.exe"'
  ${EndIf}
  WriteRegStr SHCTX "${KEY}" "InstallDir" "$INSTDIR"
  WriteRegStr SHCTX "${UNINSTALL_KEY}" "DisplayName" "${APP}"
  WriteRegStr SHCTX "${UNINSTALL_KEY}" "DisplayVersion" "${VERSION}"
  WriteRegStr SHCTX "${UNINSTALL_KEY}" "Publisher" "${APP}"
  WriteRegStr SHCTX "${UNINSTALL_KEY}" "DisplayIcon" "$INSTDIR\${APP}.exe"
  WriteRegStr SHCTX "${UNINSTALL_KEY}" "InstallLocation" "$INSTDIR"
  StrCpy $0 "/CurrentUser"
  ${If} $AllUsers == 1
    StrCpy $0 "/AllUsers"
  ${EndIf}
  WriteRegStr SHCTX "${UNINSTALL_KEY}" "UninstallString" '"$INSTDIR\uninstall.exe" $0'
  WriteRegStr SHCTX "${UNINSTALL_KEY}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" $0 /S'
  WriteRegDWORD SHCTX "${UNINSTALL_KEY}" "EstimatedSize" ${NEEDED_KB}
  WriteRegDWORD SHCTX "${UNINSTALL_KEY}" "NoModify" 1
  WriteRegDWORD SHCTX "${UNINSTALL_KEY}" "NoRepair" 1
FunctionEnd

Function WriteAutostart
  WriteRegStr SHCTX "${RUN_KEY}" "${APP}" '"$INSTDIR\${APP}.exe"'
FunctionEnd

; The venue's file: of the command line, in this program, or beside it. Python finds and judges it.
Function TakeProfile
  ${If} $VenueFile != ""
    StrCpy $3 '--profile "$VenueFile"'
  ${Else}
    StrCpy $3 '--installer "$EXEPATH"'
  ${EndIf}
  nsExec::ExecToStack '"$INSTDIR\program\python.exe" -m angrilien.provision $3 --out "$INSTDIR\venue"'
  Pop $1
  Pop $2
  DetailPrint "$2"
  ${If} $1 != 0
    ${If} $1 != 6
      StrCpy $2 "$(NOT_READ)"
    ${EndIf}
    MessageBox MB_ICONEXCLAMATION|MB_OK|MB_SETFOREGROUND "$2$\r$\n$\r$\n$(INSTALLED_ALL_THE_SAME)" /SD IDOK
    SetErrorLevel 6
  ${EndIf}
FunctionEnd

; Through the desktop's own program, so that it has no more rights than its user.
Function OpenNow
  Exec '"$WINDIR\explorer.exe" "$INSTDIR\${APP}.exe"'
FunctionEnd

; --- Taking away ---------------------------------------------------------------------------------

Function un.onInit
  SetRegView 64
  SetShellVarContext current
  ${GetParameters} $R0
  ClearErrors
  ${GetOptions} $R0 "/AllUsers" $R1
  ${IfNot} ${Errors}
    StrCpy $AllUsers 1
    SetShellVarContext all
    !insertmacro IsAdmin $R3
    ${If} $R3 != "Admin"
      ${Refuse} 3 "$(NEEDS_ADMIN)"
    ${EndIf}
  ${EndIf}
FunctionEnd

Section "Uninstall"
  Call un.RefuseOpen
  Call un.EndSender
  RMDir /r "$INSTDIR\program"
  RMDir /r "$INSTDIR\program.old"
  RMDir /r "$INSTDIR\program.new"
  Delete "$INSTDIR\${APP}.exe"
  Delete "$INSTDIR\${APP}.exe.new"
  Delete "$INSTDIR\${SENDER}.exe"
  Delete "$INSTDIR\${SENDER}.exe.new"
  Delete "$INSTDIR\uninstall.exe"
  Delete "$SMPROGRAMS\${APP}.lnk"
  Delete "$DESKTOP\${APP}.lnk"
  DeleteRegValue SHCTX "${RUN_KEY}" "${APP}"
  DeleteRegValue SHCTX "${RUN_KEY}" "${APP}Sender"
  DeleteRegKey SHCTX "${UNINSTALL_KEY}"
  DeleteRegKey SHCTX "${KEY}"
  ${GetParameters} $R0
  ClearErrors
  ${GetOptions} $R0 "/PURGE" $R1
  ${IfNot} ${Errors}
    RMDir /r "$INSTDIR\venue"
  ${EndIf}
  RMDir "$INSTDIR"
SectionEnd
