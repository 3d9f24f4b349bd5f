/* Frames put into the kernel as if an interface had received them, by BPF_PROG_TEST_RUN with live frames (Linux 5.18 and newer).
 * The program numbers the frames as numbered.h does, then says XDP_PASS. No library: bpf(2) and instructions by hand. */
#ifndef XDP_H
#define XDP_H

#include <errno.h>
#include <linux/bpf.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "numbered.h"

#define INSN(code, dst, src, off, imm) ((struct bpf_insn){(code), (dst), (src), (off), (imm)})
#define LOAD(size, dst, src, off) INSN(BPF_LDX | BPF_MEM | (size), dst, src, off, 0)
#define STORE(size, dst, off, src) INSN(BPF_STX | BPF_MEM | (size), dst, src, off, 0)
#define MOVE(dst, src) INSN(BPF_ALU64 | BPF_MOV | BPF_X, dst, src, 0, 0)
#define BY_NUMBER(op, dst, imm) INSN(BPF_ALU64 | (op) | BPF_K, dst, 0, 0, imm)
#define BY_REGISTER(op, dst, src) INSN(BPF_ALU64 | (op) | BPF_X, dst, src, 0, 0)

enum { XDP_BATCH = 256 /* frames that the kernel handles together, the most it takes */ };

static long bpf_call(int command, union bpf_attr *attr)
{
    return syscall(__NR_bpf, command, attr, sizeof *attr);
}

/* A program that numbers frames of `size` bytes; returns its descriptor, or -1 with errno. */
static int xdp_load(uint32_t size)
{
    union bpf_attr attr;
    memset(&attr, 0, sizeof attr);
    attr.map_type = BPF_MAP_TYPE_ARRAY;
    attr.key_size = 4;
    attr.value_size = 8;
    attr.max_entries = 1;
    int map = (int)bpf_call(BPF_MAP_CREATE, &attr);
    if (map < 0)
        return -1;
    const struct bpf_insn program[] = {
        LOAD(BPF_W, BPF_REG_6, BPF_REG_1, 0), /* r6: the frame's first byte; r2: its end */
        LOAD(BPF_W, BPF_REG_2, BPF_REG_1, 4),
        MOVE(BPF_REG_3, BPF_REG_6),
        BY_NUMBER(BPF_ADD, BPF_REG_3, NUMBERED_LEAST),
        INSN(BPF_JMP | BPF_JGT | BPF_X, BPF_REG_3, BPF_REG_2, 20, 0), /* too short, which it never is: to the end */
        INSN(BPF_LD | BPF_IMM | BPF_DW, BPF_REG_8, BPF_PSEUDO_MAP_VALUE, 0, map),
        INSN(0, 0, 0, 0, 0),
        LOAD(BPF_DW, BPF_REG_3, BPF_REG_8, 0), /* r3: n, which is counted up */
        MOVE(BPF_REG_4, BPF_REG_3),
        BY_NUMBER(BPF_ADD, BPF_REG_4, 1),
        STORE(BPF_DW, BPF_REG_8, 0, BPF_REG_4),
        MOVE(BPF_REG_4, BPF_REG_3), /* r4: n / CONNECTIONS, then the sequence number; r3: n % CONNECTIONS */
        BY_NUMBER(BPF_DIV, BPF_REG_4, CONNECTIONS),
        MOVE(BPF_REG_5, BPF_REG_4),
        BY_NUMBER(BPF_MUL, BPF_REG_5, CONNECTIONS),
        BY_REGISTER(BPF_SUB, BPF_REG_3, BPF_REG_5),
        STORE(BPF_H, BPF_REG_6, SOURCE_AT, BPF_REG_3),
        BY_NUMBER(BPF_XOR, BPF_REG_3, -1),
        STORE(BPF_H, BPF_REG_6, ID_AT, BPF_REG_3),
        STORE(BPF_H, BPF_REG_6, PAYLOAD_AT + 4, BPF_REG_3),
        BY_NUMBER(BPF_MUL, BPF_REG_4, (int32_t)size - PAYLOAD_AT),
        INSN(BPF_ALU | BPF_END | BPF_TO_BE, BPF_REG_4, 0, 0, 32),
        STORE(BPF_W, BPF_REG_6, SEQUENCE_AT, BPF_REG_4),
        BY_NUMBER(BPF_XOR, BPF_REG_4, -1),
        STORE(BPF_W, BPF_REG_6, PAYLOAD_AT, BPF_REG_4),
        BY_NUMBER(BPF_MOV, BPF_REG_0, XDP_PASS),
        INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0),
    };
    memset(&attr, 0, sizeof attr);
    attr.prog_type = BPF_PROG_TYPE_XDP;
    attr.insns = (uint64_t)(uintptr_t)program;
    attr.insn_cnt = sizeof program / sizeof program[0];
    attr.license = (uint64_t)(uintptr_t)"MIT";
    int loaded = (int)bpf_call(BPF_PROG_LOAD, &attr);
    int error = errno;
    close(map);
    errno = error;
    return loaded;
}

/* Have the interface receive the frame `count` times, each time with the next number; returns 0, or -1 with errno. */
static int xdp_send(int program, uint32_t interface, const unsigned char *frame, uint32_t size, uint32_t count)
{
    struct xdp_md context;
    memset(&context, 0, sizeof context);
    context.data_end = size;
    context.ingress_ifindex = interface;
    union bpf_attr attr;
    memset(&attr, 0, sizeof attr);
    attr.test.prog_fd = (uint32_t)program;
    attr.test.data_in = (uint64_t)(uintptr_t)frame;
    attr.test.data_size_in = size;
    attr.test.ctx_in = (uint64_t)(uintptr_t)&context;
    attr.test.ctx_size_in = sizeof context;
    attr.test.repeat = count;
    attr.test.flags = BPF_F_TEST_XDP_LIVE_FRAMES;
    attr.test.batch_size = XDP_BATCH;
    return (int)bpf_call(BPF_PROG_TEST_RUN, &attr);
}

#endif
