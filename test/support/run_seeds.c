/* SPDX-License-Identifier: Apache-2.0
 * Runs a fuzz target once over each file of the folders it is given: what builds without libFuzzer keep of
 * fuzzing. Fails when there is no seed. */
#include <dirent.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool run_file(const char *path, size_t size)
{
    FILE *file = fopen(path, "rb");
    /* Exactly as large as the seed, so that a sanitizer sees the first byte read past it. */
    uint8_t *data = malloc(size ? size : 1);
    bool ok = file && data && fread(data, 1, size, file) == size;
    if (ok)
        LLVMFuzzerTestOneInput(data, size);
    else
        perror(path);
    free(data);
    if (file)
        fclose(file);
    return ok;
}

/* Adds what it ran to `*count`. */
static bool run_folder(const char *folder, int *count)
{
    DIR *dir = opendir(folder);
    if (!dir) {
        perror(folder);
        return false;
    }
    bool ok = true;
    for (struct dirent *entry; ok && (entry = readdir(dir));) {
        char path[4096];
        struct stat info;
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        if (stat(path, &info) || !S_ISREG(info.st_mode))
            continue;
        ok = run_file(path, (size_t)info.st_size);
        ++*count;
    }
    closedir(dir);
    return ok;
}

int main(int argc, char **argv)
{
    int count = 0;
    for (int i = 1; i < argc; i++)
        if (!run_folder(argv[i], &count))
            return 1;
    printf("%d seeds\n", count);
    return count > 0 ? 0 : 1;
}
