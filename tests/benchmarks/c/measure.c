/* measure: runs one command and says what it took of the machine, with nothing of a Python process in the figures
 * (a child's peak memory begins with that of the process it was forked from).
 *
 *   measure RESULT CPU COMMAND ...     CPU: the only one to run on, -1 for any
 *
 * RESULT gets {"wall": s, "user": s, "system": s, "peak": bytes, "code": exit code, or minus the signal}, of it and its children. */
#define _GNU_SOURCE
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double seconds(struct timeval time)
{
    return (double)time.tv_sec + (double)time.tv_usec * 1e-6;
}

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

int main(int count, char **given)
{
    if (count < 4)
        return 127;
    FILE *result = fopen(given[1], "we");
    if (result == NULL)
        return 127;
    /* Ctrl-C on the terminal is for the command; this one waits for it. */
    signal(SIGINT, SIG_IGN);
    double begun = now();
    pid_t child = fork();
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        signal(SIGINT, SIG_DFL);
        int cpu = atoi(given[2]);
        if (cpu >= 0) {
            cpu_set_t only;
            CPU_ZERO(&only);
            CPU_SET(cpu, &only);
            if (sched_setaffinity(0, sizeof only, &only) != 0)
                _exit(126);
        }
        execvp(given[3], given + 3);
        _exit(127);
    }
    int status = 0;
    struct rusage used;
    if (child < 0 || wait4(child, &status, 0, &used) != child)
        return 127;
    double wall = now() - begun;
    int code = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    fprintf(result, "{\"wall\": %.6f, \"user\": %.6f, \"system\": %.6f, \"peak\": %lld, \"code\": %d}\n", wall,
            seconds(used.ru_utime), seconds(used.ru_stime), (long long)used.ru_maxrss * 1024, code);
    return fclose(result) == 0 ? 0 : 127;
}
