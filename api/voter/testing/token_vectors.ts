/**
 * Tokens that others made: the examples of the RFCs, to the letter, and four that Python's `cryptography` signed for the
 * voter alan, with the claims below. Nothing of CAST had a part in them.
 */
import type { JWK } from "jose";

export interface TokenVector {
  readonly name: string;
  readonly key: JWK;
  readonly token: string;
}

/** A second before the examples of RFC 7515 end. */
export const RFC_NOW_MS = 1_300_819_379_000;
/** They say who signed them and until when, and nothing of a voter; the last is no token at all, only signed. */
export const RFC_VECTORS: readonly TokenVector[] = [
  {
    name: "RFC 7515, A.1",
    key: {
      kty: "oct",
      k: "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow",
    },
    token: "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQo" +
      "gImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOE" +
      "jXk",
  },
  {
    name: "RFC 7515, A.2",
    key: {
      kty: "RSA",
      n: "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt" +
        "0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSX" +
        "ndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5" +
        "IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ",
      e: "AQAB",
    },
    token: "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGx" +
      "lLmNvbS9pc19yb290Ijp0cnVlfQ.cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5R" +
      "Zmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrn" +
      "byTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHW" +
      "EsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0ig" +
      "cN_IoypGlUPQGe77Rw",
  },
  {
    name: "RFC 7515, A.3",
    key: {
      kty: "EC",
      crv: "P-256",
      x: "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
      y: "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
    },
    token: "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGx" +
      "lLmNvbS9pc19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8I" +
      "SlSApmWQxfKTUJqPP3-Kg6NU1Q",
  },
  {
    name: "RFC 8037, A.4",
    key: { kty: "OKP", crv: "Ed25519", x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" },
    token: "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09P" +
      "GcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg",
  },
];

export const VECTOR_ISSUER = "https://issuer.test";
/** One of two in the token. */
export const VECTOR_AUDIENCE = "cast";
export const VECTOR_VOTER = "alan";
export const VECTOR_ISSUED_AT_MS = 1_764_000_000_000;
export const VECTOR_EXPIRES_AT_MS = 1_764_003_600_000;
/** One for each way of signing, which is its name. */
export const VECTORS: readonly TokenVector[] = [
  {
    name: "HS256",
    key: { kty: "oct", kid: "hs", k: "a0fE2nFGMG6_3Mw3Mv2RlZ0IvRFWNvdmJ35gRwsaaxc" },
    token: "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6ImhzIn0.eyJpc3MiOiJodHRwczovL2lzc3Vlci50ZXN0" +
      "IiwiYXVkIjpbImNhc3QiLCJlbHNlIl0sInN1YiI6ImFsYW4iLCJpYXQiOjE3NjQwMDAwMDAsImV4cCI6MTc2NDAw" +
      "MzYwMH0.PTnwxFNugXxRvH5yB9wTKoY_iSsw1E0vGP9cM3Aiybk",
  },
  {
    name: "EdDSA",
    key: { kty: "OKP", kid: "ed", crv: "Ed25519", x: "P8YLFStboqV58sPLp_1Q259ryUZ7Baf_EVs3Sog-IIA" },
    token: "eyJhbGciOiJFZERTQSIsInR5cCI6IkpXVCIsImtpZCI6ImVkIn0.eyJpc3MiOiJodHRwczovL2lzc3Vlci50ZXN0" +
      "IiwiYXVkIjpbImNhc3QiLCJlbHNlIl0sInN1YiI6ImFsYW4iLCJpYXQiOjE3NjQwMDAwMDAsImV4cCI6MTc2NDAw" +
      "MzYwMH0.REwlc6jyBNx-e1Y_FkrEAIeRDTj1WAQ4gpsfOMVD8LCw5_4sxgqj8FE3TvNz3LeV4kQC8NEE6XCaHysI" +
      "pvUBDw",
  },
  {
    name: "ES256",
    key: {
      kty: "EC",
      kid: "es",
      crv: "P-256",
      x: "Sfq7yZzeLNWgfw1rn1M7vR0WzSrfEeT6h1DsY6SdmcM",
      y: "hvw1c3fdJEuIVBWO_ACaJa3ha76P9THOySQfRPRBXf8",
    },
    token: "eyJhbGciOiJFUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6ImVzIn0.eyJpc3MiOiJodHRwczovL2lzc3Vlci50ZXN0" +
      "IiwiYXVkIjpbImNhc3QiLCJlbHNlIl0sInN1YiI6ImFsYW4iLCJpYXQiOjE3NjQwMDAwMDAsImV4cCI6MTc2NDAw" +
      "MzYwMH0.GytxLgHvL4Eg8o8WkT66z7NLXvD_ewo94MMP-EO66FyXKG5kiGmqyq-jOIqQdKv8cXNHEE2Ac9a7kTcn" +
      "k2k4Rg",
  },
  {
    name: "RS256",
    key: {
      kty: "RSA",
      kid: "rs",
      e: "AQAB",
      n: "pS5iVWPymuhDvhA-vWYDjdn4n8vnW_b9P6982zwkAMdi1nMfoB5R97FnQLX1KVTc9sd_I7SdVo4fEPCy-QWgQLGc" +
        "p87Fx4OXHoQtaWoSNcfbSUSIO5oaku09NCEamV8TSaQpcEdGD5Q4bA-124TnF6C7j9QQYxrhs88sZG5NoEBdu-Z4" +
        "XAOMJX5Jt833c6PH_i1-7sRI1ZXckVesgnFIzQlDst8ld8JejImUSYhGKJ0HDU6G-QL5g8AxgO3399Swkp-0_p7_" +
        "aY-K7IdYKQO6EiBlfxjx8JCS76HY2BUYa8_MBiHmuPMFJAnDZXi-Eo-43Ea_2jdKS1mbP1aeM_1oFQ",
    },
    token: "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6InJzIn0.eyJpc3MiOiJodHRwczovL2lzc3Vlci50ZXN0" +
      "IiwiYXVkIjpbImNhc3QiLCJlbHNlIl0sInN1YiI6ImFsYW4iLCJpYXQiOjE3NjQwMDAwMDAsImV4cCI6MTc2NDAw" +
      "MzYwMH0.SaiHRnFjbgwreOl-NPUXE3BiXPy87OQRX44nJieWdnVGUJf5stxl6Qruy4SZ_LlcihSd8EWgrk1a6VyN" +
      "8iYUCYyYoXqYqbJbL8e1DA1P9XumUB7IpCBl3n0t_LiFO3Zc-VVjEHU6UBPxbYmcVoLNbfcBS4v-aKGF3d5JspfR" +
      "92iFMFJTqHE-pINSvniZJ7o6hvVuzs0cmVe9GIhFDtTCWoWu636FYx4nQBi0DqGzGlZhkgKGE5H0IcBAuzUBEbt5" +
      "ExiyC7uPquVb70wPZiyqfW0cSj7T_fU8HkrnkDumNJOW4DctcUjMvmNZRPn-OH0xDYngBSakMKHYKqTDuoHH2Q",
  },
];
