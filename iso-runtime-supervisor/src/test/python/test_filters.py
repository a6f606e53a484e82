"""The compiled filters against what they must answer (expected_filters.py), through an interpreter of BPF."""

from __future__ import annotations

import copy
import itertools
import re
import unittest
from pathlib import Path
from typing import Callable, Dict, Iterator, List, Tuple

import bpf_machine
import driver  # noqa: F401  (puts the sources on the path)
import expected_filters as expected
from iso_init import bpf, guard, policy, seccomp, syscalls_aarch64, syscalls_x86_64

TABLES = {"x86_64": syscalls_x86_64, "aarch64": syscalls_aarch64}
DOCUMENT = Path(__file__).resolve().parents[4] / "docs" / "security.md"
Program = List[Tuple[int, int, int, int]]
ARGUMENTS = 6
# Whatever the rule does not look at: nothing, all bits, and values that rules look for.
UNTESTED = ((0,) * 6, ((1 << 64) - 1,) * 6, (0x5412, 1, 13, 0x40000, 4, 22))
# After each boundary of the encoding: the first number that no kernel has, x32's bit, the sign, the last.
FAR = [1 << bit for bit in range(10, 30)]
FAR += [0x3FFFFFFF, 0x7FFFFFFF, 0x80000000, 0xBFFFFFFF, 0xC0000000, 0xFFFFFFFE, 0xFFFFFFFF]


def installed(machine: str, internet: bool) -> Tuple[Program, Program]:
    """The guard and the policy, from the very bytes that the executor gives to the kernel."""
    first, second = seccomp.programs(machine, policy.rules(internet))
    return bpf_machine.disassemble(first), bpf_machine.disassemble(second)


def kinds() -> Iterator[Tuple[str, bool, Program, Program]]:
    for machine in TABLES:
        for internet in (True, False):
            yield (machine, internet, *installed(machine, internet))


def around(value: int) -> List[int]:
    """The value itself, with garbage in the upper half, its neighbours, and each bit turned."""
    flipped = [value ^ 1 << bit for bit in range(64)]
    garbage = [value ^ high << 32 for high in (0xFFFFFFFF, 0x7FFFFFFF)]
    return [value, value + 1 & (1 << 64) - 1, value - 1 & (1 << 64) - 1, *garbage, *flipped]


def probes(rule: expected.ByArgument) -> Iterator[Tuple[int, ...]]:
    """All combinations of a rule's values; around each value of an argument, the others held; the rest at will."""
    values = [rule.values.get(position, (0,)) for position in range(ARGUMENTS)]
    yield from itertools.product(*values)
    held = [few[:3] for few in values]
    for position in rule.values:
        for args in itertools.product(*held[:position], values[position], *held[position + 1 :]):
            for other in around(args[position]):
                yield (*args[:position], other, *args[position + 1 :])
    for args in itertools.product(*values):
        for untested in UNTESTED:
            yield tuple(
                arg if position in rule.values else untested[position]
                for position, arg in enumerate(args)
            )


class Policy(unittest.TestCase):
    def test_filters_are_what_the_kernel_accepts(self) -> None:
        for machine, internet, first, second in kinds():
            bpf_machine.check(first)
            bpf_machine.check(second)

    def test_every_number_answers_as_declared(self) -> None:
        for machine, internet, first, second in kinds():
            arch = expected.AUDIT_ARCH[machine]
            names = {number: name for name, number in TABLES[machine].NUMBERS.items()}
            for number in [*range(1024), *FAR]:
                for args in UNTESTED:
                    self.assertEqual(
                        (
                            bpf_machine.run(first, arch, number, args),
                            bpf_machine.run(second, arch, number, args),
                        ),
                        (
                            expected.guard_answer(machine, arch, number, args),
                            expected.policy_answer(machine, arch, number, args, internet),
                        ),
                        (machine, internet, number, names.get(number), args),
                    )

    def test_other_architectures_are_denied_whatever_the_number(self) -> None:
        for machine, internet, _, second in kinds():
            others = {*expected.FOREIGN_ARCHS, *expected.AUDIT_ARCH.values()}
            for arch in others - {expected.AUDIT_ARCH[machine]}:
                for number in [*range(1024), *FAR, *range(expected.X32, expected.X32 + 1024)]:
                    self.assertEqual(
                        bpf_machine.run(second, arch, number),
                        expected.DENIED,
                        (machine, hex(arch), number),
                    )

    def test_x32_is_denied_whatever_the_number(self) -> None:
        for machine, internet, _, second in kinds():
            for number in range(1024):
                for bits in (0x40000000, 0x80000000, 0xC0000000):
                    self.assertEqual(
                        bpf_machine.run(second, expected.AUDIT_ARCH[machine], bits | number),
                        expected.DENIED,
                        (machine, number),
                    )

    def test_rules_by_argument_answer_as_declared(self) -> None:
        for machine, internet, first, second in kinds():
            arch = expected.AUDIT_ARCH[machine]
            rules = [*expected.policy_by_argument(internet).items()]
            for name, rule in [*rules, *expected.GUARD_BY_ARGUMENT.items()]:
                number = rule.number(machine)
                self.assertEqual(number, TABLES[machine].NUMBERS.get(name, expected.NO_NUMBER))
                if number == expected.NO_NUMBER:
                    continue
                for args in probes(rule):
                    self.assertEqual(
                        (
                            bpf_machine.run(first, arch, number, args),
                            bpf_machine.run(second, arch, number, args),
                        ),
                        (
                            expected.guard_answer(machine, arch, number, args),
                            expected.policy_answer(machine, arch, number, args, internet),
                        ),
                        (machine, internet, name, [hex(arg) for arg in args]),
                    )

    def test_what_later_kernels_added_is_absent_until_someone_decides(self) -> None:
        added = range(451, 1024)  # cachestat, fchmodat2, map_shadow_stack, futex_*, lsm_*, mseal, …
        for machine, internet, _, second in kinds():
            for number in added:
                self.assertEqual(
                    bpf_machine.run(second, expected.AUDIT_ARCH[machine], number), expected.ABSENT
                )

    def test_the_documentation_has_every_rule_by_argument(self) -> None:
        section = DOCUMENT.read_text(encoding="utf-8").partition("## Calls allowed by argument")[2]
        rows = re.findall(
            r"^\| ((?:`\w+`(?:, )?)+) \|", section.partition("\n## ")[0], re.MULTILINE
        )
        self.assertEqual(
            {name for row in rows for name in re.findall(r"\w+", row)},
            {*expected.policy_by_argument(True), *expected.GUARD_BY_ARGUMENT},
        )

    def test_every_name_of_the_policy_is_a_system_call(self) -> None:
        for name in [*policy.RULES, *guard.RULES]:
            self.assertIn(name, syscalls_x86_64.NUMBERS)

    def test_no_name_is_allowed_and_denied(self) -> None:
        by_argument = policy.RULES.keys() - {*policy.ALLOWED, *policy.DENIED}
        self.assertEqual({*policy.ALLOWED} & {*policy.DENIED}, set())
        self.assertEqual(
            by_argument - {"clone3", "sync", "syncfs"}, {*expected.policy_by_argument(True)}
        )
        self.assertEqual({*guard.RULES}, {*expected.GUARD_BY_ARGUMENT})

    def test_what_is_neither_allowed_nor_denied_is_known(self) -> None:
        undecided = set(syscalls_x86_64.NUMBERS) - set(policy.RULES)
        self.assertEqual(
            undecided,
            {
                *(
                    "_sysctl",
                    "afs_syscall",
                    "epoll_ctl_old",
                    "epoll_wait_old",
                    "get_thread_area",
                    "getpmsg",
                ),
                *("landlock_add_rule", "landlock_create_ruleset", "landlock_restrict_self"),
                *("putpmsg", "security", "set_thread_area", "sysfs", "tuxcall", "ustat", "vserver"),
            },
        )


def mutants(rule: bpf.Rule) -> Iterator[bpf.Rule]:
    """Each rule that differs from this one in a single place."""
    if isinstance(rule, bpf.Action):
        for action in (bpf.ALLOW, policy.DENY, guard.DENY, policy.ABSENT, policy.DONE):
            if action.value != rule.value:
                yield action
        return
    test = rule

    def changed(**fields: object) -> bpf.Test:
        mutant = copy.copy(test)
        vars(mutant).update(fields)
        return mutant

    for argument in range(ARGUMENTS):
        if argument != rule.argument:
            yield changed(argument=argument)
    for bit in range(32):
        if {value ^ 1 << bit for value in rule.values} != {*rule.values}:  # else it is the same
            yield changed(mask=rule.mask ^ 1 << bit)
    lowest = rule.mask & -rule.mask
    for index, value in enumerate(rule.values):
        rest = rule.values[:index] + rule.values[index + 1 :]
        yield changed(values=rest)
        if value ^ lowest not in rule.values:
            yield changed(values=(*rest, value ^ lowest))
            yield changed(values=(*rule.values, value ^ lowest))
    yield changed(high=not rule.high)
    for mutant in mutants(rule.then):
        yield changed(then=mutant)
    for mutant in mutants(rule.otherwise):
        yield changed(otherwise=mutant)


class Mutation(unittest.TestCase):
    """That the tests above see every change of the policy: each is made, and must be seen."""

    def survivors(
        self,
        machine: str,
        rules: Dict[str, bpf.Rule],
        others: Tuple[bpf.Action, bpf.Action],
        by_argument: Dict[str, expected.ByArgument],
        answer: Callable[[int, Tuple[int, ...]], int],
    ) -> List[str]:
        """The rules that can be changed so that every answer is still as expected. ``others`` are the filter's answers
        to calls without a rule, and to those of other architectures."""
        table, alive = TABLES[machine], []
        for name in rules.keys() & table.NUMBERS.keys():
            number = table.NUMBERS[name]
            calls = [
                (args, answer(number, args))
                for args in (probes(by_argument[name]) if name in by_argument else UNTESTED)
            ]
            for mutant in (others[0], *mutants(rules[name])):
                program = bpf.compile_filter(
                    {name: mutant}, table.NUMBERS, table.AUDIT_ARCH, *others
                )
                if all(
                    bpf_machine.run(program, table.AUDIT_ARCH, number, args) == expected_answer
                    for args, expected_answer in calls
                ):
                    alive.append(name)
        return alive

    def test_no_change_of_the_policy_goes_unseen(self) -> None:
        for machine, table in TABLES.items():
            for internet, rules in ((True, policy.RULES), (False, {"socket": policy.ONLY_UNIX})):
                alive = self.survivors(
                    machine,
                    rules,
                    (policy.ABSENT, policy.DENY),
                    expected.policy_by_argument(internet),
                    lambda number, args: expected.policy_answer(
                        machine, table.AUDIT_ARCH, number, args, internet
                    ),
                )
                # clone3 is absent with and without its rule.
                self.assertEqual(alive, ["clone3"] if internet else [])

    def test_no_change_of_the_guard_goes_unseen(self) -> None:
        for machine, table in TABLES.items():
            alive = self.survivors(
                machine,
                guard.RULES,
                (bpf.ALLOW, bpf.ALLOW),
                expected.GUARD_BY_ARGUMENT,
                lambda number, args: expected.guard_answer(machine, table.AUDIT_ARCH, number, args),
            )
            self.assertEqual(alive, [])

    def test_a_call_that_is_allowed_beyond_the_policy_is_seen(self) -> None:
        for machine, table in TABLES.items():
            arch = expected.AUDIT_ARCH[machine]
            for name in table.NUMBERS.keys() - policy.RULES.keys():
                program = bpf.compile_filter(
                    {**policy.RULES, name: bpf.ALLOW},
                    table.NUMBERS,
                    arch,
                    policy.ABSENT,
                    policy.DENY,
                )
                number = table.NUMBERS[name]
                self.assertNotEqual(
                    bpf_machine.run(program, arch, number),
                    expected.policy_answer(machine, arch, number, UNTESTED[0], True),
                )


if __name__ == "__main__":
    unittest.main()
