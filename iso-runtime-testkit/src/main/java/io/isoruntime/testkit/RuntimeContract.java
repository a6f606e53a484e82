package io.isoruntime.testkit;

/**
 * The contract that every back-end keeps, as tests. The test of a back-end extends this class and
 * implements {@link #open}; the contract uses nothing else of the back-end.
 *
 * <p>Each theme is an interface of its own. A test that needs only some of them extends {@link
 * ContractSupport} instead and implements those.
 */
public abstract class RuntimeContract extends ContractSupport implements WholeContract {}
