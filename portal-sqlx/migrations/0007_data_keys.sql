-- What the bytes of a firm's documents are sealed under, wrapped by the host's key ring: worth nothing without it.
CREATE TABLE portal.data_keys (
    firm_id {id} NOT NULL,
    number {int} NOT NULL,
    version {int} NOT NULL,
    wrapped {bytes} NOT NULL,
    wrapped_by {text} NOT NULL,
    created_at {int} NOT NULL,
    PRIMARY KEY (firm_id, number)
){strict};
