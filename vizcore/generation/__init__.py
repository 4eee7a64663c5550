"""Pictures made by gradient descent: ideal ones from noise, adversarial ones from photos. See `ideal`, `attacks`,
`studies` and `film`."""
