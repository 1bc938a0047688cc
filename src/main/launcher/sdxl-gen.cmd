@echo off
rem Starts sdxl-gen on Windows, as bin/sdxl-gen does elsewhere; the reasons are told there.
rem
rem   SDXL_GEN_JAVA  the Java to use, a JDK's folder or its java.exe; else JAVA_HOME counts, else the PATH
rem   SDXL_GEN_OPTS  more JVM options
rem
rem Delayed expansion stays off, or a ! in a prompt would be lost. What the code page can't carry
rem reaches Java's arguments as '?', but the environment whole: from there the program sees that it
rem was lost, and refuses it. (chcp would cost a process and outlive us.)
setlocal EnableExtensions DisableDelayedExpansion
set SDXL_GEN_COMMAND_LINE=%*

for %%I in ("%~dp0..") do set "install=%%~fI"
if not exist "%install%\lib\sdxl-gen.jar" goto torn

if defined SDXL_GEN_JAVA goto own
if defined JAVA_HOME goto home
set "named=the PATH"
set "java="
for %%I in (java.exe) do set "java=%%~$PATH:I"
if not defined java goto none
goto found
:own
set "named=SDXL_GEN_JAVA"
set "java=%SDXL_GEN_JAVA:"=%"
goto program
:home
set "named=JAVA_HOME"
set "java=%JAVA_HOME:"=%"
:program
if exist "%java%\bin\java.exe" set "java=%java%\bin\java.exe"
if /i not "%java:~-4%"==".exe" goto nowhere
if not exist "%java%" goto nowhere
:found

set "version="
for %%I in ("%java%") do set "release=%%~dpI..\release"
if not exist "%release%" goto options
for /f "usebackq tokens=1,2 delims==" %%K in ("%release%") do if "%%K"=="JAVA_VERSION" set "version=%%~L"
if not defined version goto options
if "%version:~0,2%"=="1." set "version=%version:~2%"
for /f "delims=.-+_" %%V in ("%version%") do set "version=%%V"
if %version% LSS 17 goto old

:options
set "compiler=-XX:TieredStopAtLevel=1"
set "collector=-XX:+UseSerialGC"
set "archive="
set "replay="
set "native=--enable-native-access=ALL-UNNAMED"
if not defined version goto command
rem BoringSSL does TLS. Java 24 and later warn of native libraries that nobody has allowed.
if %version% LSS 24 set "native="
rem Nothing is remembered of hot methods: a thread would look for it all the same.
if %version% EQU 25 set "replay=-XX:+UnlockDiagnosticVMOptions -XX:-AOTReplayTraining"
if exist "%install%\lib\sdxl-gen-%version%.jsa" set "archive=-XX:SharedArchiveFile=%install%\lib\sdxl-gen-%version%.jsa"
if exist "%install%\lib\sdxl-gen-%version%.aot" set "archive=-XX:AOTCache=%install%\lib\sdxl-gen-%version%.aot"
:command
rem A prompt may hold quotes: only as a loop's variable can it be compared.
for /f "delims=" %%W in ("%~1") do for %%C in (batch mock gallery) do if "%%W"=="%%C" goto lasting
goto clashes
:lasting
set "compiler="
set "collector="
for /f "delims=" %%W in ("%~1") do if "%%W"=="batch" (
  set "compiler=-XX:FreqInlineSize=35 -XX:InlineSmallCode=300 -XX:MaxInlineLevel=6"
  set "collector=-XX:+UseSerialGC -Xmn32m"
)

:clashes
rem The JVM announces three of these on stderr, so they go the way of ours. What stands later wins.
set "theirs=%JAVA_TOOL_OPTIONS% %JDK_JAVA_OPTIONS% %SDXL_GEN_OPTS% %_JAVA_OPTIONS%"
set "JAVA_TOOL_OPTIONS="
set "JDK_JAVA_OPTIONS="
set "_JAVA_OPTIONS="
if "%theirs: =%"=="" goto start
rem Ours gives way to what would clash, a file of options included.
set "plain=%theirs:"=%"
for %%O in (GC @ -XX:Flags -XX:VMOptionsFile) do call :yield collector %%O
for %%O in (-Xint -Xcomp Tiered CompilationMode @ -XX:Flags -XX:VMOptionsFile) do call :yield compiler %%O
for %%O in (-Xshare Shared -XX:AOT +AOT -AOT ArchiveClassesAtExit @ -XX:Flags -XX:VMOptionsFile) do call :yield archive %%O

:start
if defined archive set archive=%replay% "%archive%"
"%java%" %compiler% %collector% %archive% -XX:-UsePerfData -Xlog:disable %native% -Djava.library.path="%install%\lib\native" -Djdk.reflect.useNativeAccessorOnly=true -Dslf4j.provider=org.slf4j.helpers.NOP_FallbackServiceProvider -Dslf4j.internal.verbosity=ERROR %theirs% -cp "%install%\lib\sdxl-gen.jar" dev.sdxlgen.Main %*
exit /b %ERRORLEVEL%

:yield
rem Drops our option %1 where %2 is part of theirs.
call set "rest=%%plain:%2=%%"
if not "%rest%"=="%plain%" set "%1="
exit /b 0

:torn
>&2 echo sdxl-gen: %install%\lib\sdxl-gen.jar is missing
>&2 echo   bin and lib belong together: copy the whole folder.
exit /b 2

:none
>&2 echo sdxl-gen: there is no Java on the PATH
>&2 echo   Install Java 17 or newer, or name its folder in SDXL_GEN_JAVA or JAVA_HOME.
exit /b 2

:nowhere
>&2 echo sdxl-gen: there is no Java in %named% ("%java%")
>&2 echo   Let it name the folder of Java 17 or newer, the one with bin\java.exe in it, or unset it.
exit /b 2

:old
>&2 echo sdxl-gen: %named% is Java %version%, which is too old ("%java%")
>&2 echo   Install Java 17 or newer, and name its folder in SDXL_GEN_JAVA.
exit /b 2
